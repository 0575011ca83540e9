"""What a log may hold is decided once: nothing that a person typed, nothing that a row holds, nothing of a query."""

from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from django.test import Client

from fleuve.config.logs import logging_settings

SECRETS = ("SECRET-42", "alice@example.org", "Chloé", "0199001234")


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """The stream as it is configured for a server, at its most talkative."""
    stream = StringIO()
    given = logging_settings("DEBUG")
    given["handlers"]["stderr"]["stream"] = stream
    before = {name: (logger.level, list(logger.handlers)) for name, logger in _loggers(given)}
    logging.config.dictConfig(given)
    yield stream
    for name, logger in _loggers(given):
        level, handlers = before[name]
        logger.setLevel(level)
        logger.handlers = handlers


def _loggers(given: dict[str, Any]) -> list[tuple[str, logging.Logger]]:
    return [(name, logging.getLogger(name or None)) for name in ("", *given["loggers"])]


def _told(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.django_db
def test_a_request_is_told_by_its_route_and_not_by_its_address(client: Client, lines: StringIO) -> None:
    client.get("/sign-in/", {"next": "/customers/?q=SECRET-42&email=alice@example.org"})
    client.get("/SECRET-42/alice@example.org/")
    requests = [line for line in _told(lines) if line["event"] == "request"]
    assert [(line["route"], line["status"]) for line in requests] == [("accounts:sign_in", 200), ("-", 404)]
    assert all(
        set(line) >= {"method", "milliseconds", "bytes", "request_id", "timestamp", "level"} for line in requests
    )
    _assert_silent(lines)


@pytest.mark.django_db
def test_what_is_typed_into_a_form_is_not_in_the_log(client: Client, lines: StringIO) -> None:
    client.post("/sign-in/", {"username": "alice@example.org", "password": "SECRET-42"})
    assert _told(lines)
    _assert_silent(lines)


def test_an_error_is_told_by_type_and_place_and_not_by_what_it_quotes(lines: StringIO) -> None:
    try:
        raise ValueError("row of alice@example.org: Chloé, 0199001234")
    except ValueError:
        structlog.get_logger("fleuve.test").error("it failed", exc_info=True)
        logging.getLogger("fleuve.plain").exception("it failed too")
    for line in _told(lines):
        assert line["error"] == "builtins.ValueError"
        assert any("test_an_error_is_told" in place for place in line["where"])
    assert len(_told(lines)) == 2
    _assert_silent(lines)


def test_libraries_that_quote_what_people_typed_are_silent(lines: StringIO) -> None:
    for name in ("django.request", "django.security", "axes", "granian.access"):
        logging.getLogger(name).warning("alice@example.org asked for SECRET-42")
    logging.getLogger("django.db.backends").debug("SELECT 'SECRET-42'")
    _assert_silent(lines)


def test_every_line_is_one_json_object_whatever_it_holds(lines: StringIO) -> None:
    structlog.get_logger("fleuve.test").warning("two\nlines", count=3, nothing=None)
    (line,) = _told(lines)
    assert (line["event"], line["count"], line["level"]) == ("two\nlines", 3, "warning")


def _assert_silent(stream: StringIO) -> None:
    told = stream.getvalue()
    assert not [secret for secret in SECRETS if secret in told or json.dumps(secret).strip('"') in told]
