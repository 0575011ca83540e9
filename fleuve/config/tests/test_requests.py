"""What every request passes through."""

from __future__ import annotations

import errno
import io
import json
import logging
import time
from collections.abc import Iterator

import pytest
import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone, translation

from fleuve.accounts.models import Organisation, User
from fleuve.config.outages import is_outage
from fleuve.kernel.errors import FleuveError
from fleuve.kernel.guard import public


class NotEnoughTea(FleuveError):
    code = "not_enough_tea"
    status = 409


_FAULTS: dict[str, Exception] = {
    "refusal": NotEnoughTea("There is no tea left. Fill the pot."),
    "fault": RuntimeError("row of alice@example.org"),
    "locked": OperationalError("database is locked"),
    "away": InterfaceError("connection already closed"),
    "full": OSError(errno.ENOSPC, "No space left on device"),
    "missing": Http404(),
    "forbidden": PermissionDenied(),
}


@public
def _fail(request: HttpRequest, kind: str) -> HttpResponse:
    raise _FAULTS[kind]


@public
def _tell(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{translation.get_language()} {timezone.get_current_timezone_name()}")


urlpatterns = [path("fail/<str:kind>", _fail), path("tell", _tell, name="tell")]
handler403 = "fleuve.config.errors.permission_denied"
handler404 = "fleuve.config.errors.not_found"
handler500 = "fleuve.config.errors.server_error"


@pytest.fixture
def browser(db: None) -> Iterator[Client]:
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the one handler writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.getLogger().handlers[0].formatter or _formatter())
    logging.getLogger().addHandler(handler)
    level = logging.getLogger().level
    logging.getLogger().setLevel("INFO")
    yield stream
    logging.getLogger().setLevel(level)
    logging.getLogger().removeHandler(handler)


def _formatter() -> logging.Formatter:
    given = settings.LOGGING["formatters"]["json"]
    return structlog.stdlib.ProcessorFormatter(
        processors=given["processors"], foreign_pre_chain=given["foreign_pre_chain"]
    )


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("refusal", 409, "There is no tea left"),
        ("fault", 500, "quote the reference"),
        ("locked", 503, "Nothing was lost"),
        ("away", 503, "Nothing was lost"),
        ("full", 503, "Nothing was lost"),
        ("missing", 404, "nothing at this address"),
        ("forbidden", 403, "Your role does not allow"),
    ],
)
def test_every_fault_has_its_page_with_a_reference(browser: Client, kind: str, status: int, words: str) -> None:
    response = browser.get(f"/fail/{kind}", headers={"X-Request-ID": "from-the-proxy-1"})
    assert response.status_code == status
    text = response.content.decode()
    assert words in text
    assert "from-the-proxy-1" in text
    assert response["X-Request-ID"] == "from-the-proxy-1"
    assert "alice" not in text
    assert ("Retry-After" in response) is (status == 503)


def test_a_program_is_told_in_json(browser: Client) -> None:
    found = browser.get("/fail/refusal", headers={"Accept": "application/json"}).json()
    assert found["code"] == "not_enough_tea"
    assert found["message"] == "There is no tea left. Fill the pot."
    assert found["reference"]


def test_the_page_of_a_fault_speaks_french(browser: Client) -> None:
    text = browser.get("/fail/fault", headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="fr">' in text


def test_the_log_has_the_reference_and_nothing_personal(browser: Client, log: io.StringIO) -> None:
    browser.get("/fail/fault?email=alice@example.org", headers={"X-Request-ID": "from-the-proxy-2"})
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line["request_id"] for line in lines} == {"from-the-proxy-2"}
    assert "alice" not in log.getvalue()
    fault = next(line for line in lines if line["event"] == "unexpected error")
    assert fault["error"] == "builtins.RuntimeError"
    assert any("_fail" in place for place in fault["where"])
    request = next(line for line in lines if line["event"] == "request")
    assert request["status"] == 500


def test_an_implausible_request_id_is_replaced(browser: Client) -> None:
    found = browser.get("/tell", headers={"X-Request-ID": "x\ny" * 50})["X-Request-ID"]
    assert len(found) == 16


def test_pages_carry_the_policy_and_the_other_headers(browser: Client) -> None:
    response = browser.get("/tell")
    policy = response["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"):
        assert part in policy
    assert policy.count("unsafe-inline") == 1, "only for the style attribute"
    assert "style-src-attr 'unsafe-inline'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_a_person_reads_their_language_in_the_organisations_zone(browser: Client) -> None:
    Organisation.objects.all().delete()
    Organisation.objects.create(timezone="Asia/Tokyo", created_at=timezone.now())
    browser.force_login(
        User.objects.create(email="a@b.org", name="A", language="fr", created_at=timezone.now()),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert browser.get("/tell", headers={"Accept-Language": "en"}).content == b"fr Asia/Tokyo"


def test_a_visitor_reads_the_language_of_their_browser(browser: Client) -> None:
    assert browser.get("/tell", headers={"Accept-Language": "fr-CA,en;q=0.5"}).content.startswith(b"fr ")
    assert browser.get("/tell", headers={"Accept-Language": "de"}).content.startswith(b"en ")


@pytest.mark.parametrize(
    ("started", "seen", "stays"),
    [(0, 0, True), (3600, 29 * 60, True), (3600, 31 * 60, False), (13 * 3600, 0, False)],
)
def test_a_session_ends_when_idle_and_when_old(browser: Client, started: int, seen: int, stays: bool) -> None:
    user = User.objects.create(email="a@b.org", name="A", created_at=timezone.now())
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = browser.session
    session["started"], session["seen"] = int(time.time()) - started, int(time.time()) - seen
    session.save()
    browser.get("/tell")
    assert ("_auth_user_id" in browser.session) is stays


def test_a_page_that_refreshes_itself_does_not_keep_the_session(browser: Client) -> None:
    user = User.objects.create(email="a@b.org", name="A", created_at=timezone.now())
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = browser.session
    session["started"] = session["seen"] = int(time.time()) - 600
    session.save()
    browser.get("/tell", headers={"X-Fleuve-Poll": "1"})
    assert browser.session["seen"] < int(time.time()) - 500
    browser.get("/tell")
    assert browser.session["seen"] > int(time.time()) - 10


@pytest.mark.parametrize("error", [ValueError(), OperationalError("no such column: x"), OSError(errno.ENOENT, "no")])
def test_a_fault_of_the_program_is_no_outage(error: Exception) -> None:
    assert not is_outage(error)
