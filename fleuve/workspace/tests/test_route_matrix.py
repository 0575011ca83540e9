"""Every route × who asks × how: a refusal writes nothing, a page that is looked at writes nothing, no number breaks it.

The routes are read from the address book, so a page added tomorrow is tried too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client

from fleuve.accounts.models import User
from fleuve.accounts.tests.routes import Route, all_routes
from fleuve.imports.models import Import
from fleuve.jobs.models import Job
from fleuve.kernel.principal import may
from fleuve.parties.models import PartyCard, Record
from fleuve.touchpoints.models import Interaction

GUARDED = [route for route in all_routes() if not route.is_public]
NUMBERED = [route for route in GUARDED if route.has_number]
MISSING = (0, 1, 2**63 - 1, 2**63, 10**40)
# Taking a list out is a reading that the audit trail must know of.
LEAVES_A_TRACE = {"lists:export", "workspace:call_list_export", "history:lines_file"}
_TRACES = {"events_event", "events_outbox", "lists_export", "lists_exportlimit"}  # and how many rows that were
_WRITING = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)', re.IGNORECASE)
_OF_THE_DOOR = {"django_session"}


@contextmanager
def tables_written() -> Iterator[set[str]]:
    """The tables that are written inside, sessions aside, whether or not it is rolled back."""
    found: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        written = _WRITING.match(sql)
        found.update({written[1]} - _OF_THE_DOOR if written else ())
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield found


def answer(client: Client, method: str, address: str) -> HttpResponseBase:
    """What comes back, streams read to their end."""
    body = {"outcome": "called"} if method == "post" else {}
    response: HttpResponseBase = getattr(client, method)(address, body)
    if response.streaming:
        b"".join(response)
    return response


def existing(route: Route) -> str:
    """The route with the number of something that is there."""
    people, things = User.objects.get(email="bob@example.org").pk, Interaction.objects.values_list("pk", flat=True)
    numbers: dict[str, int | None] = {
        "accounts": people,
        "imports": Import.objects.values_list("pk", flat=True).first(),
        "jobs": Job.objects.values_list("pk", flat=True).first(),
        "history": Record.objects.values_list("pk", flat=True).first(),
        "workspace": PartyCard.objects.values_list("party_id", flat=True).first(),
    }
    if route.name == "workspace:call_mark_undone":
        return route.address(things.first() or 1)
    return route.address(numbers.get(route.name.split(":")[0]) or 1)


def disabled(client: Client) -> Client:
    """Whoever was signed in may come in no more."""
    User.objects.filter(email="bob@example.org").update(is_active=False)
    return client


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete"])
def test_a_disabled_person_meets_the_door_and_writes_nothing(as_bob: Client, method: str) -> None:
    client = disabled(as_bob)
    with tables_written() as written:
        for route in GUARDED:
            response = answer(client, method, existing(route))
            assert (route.name, response.status_code) == (route.name, 302)
            assert response["Location"].startswith("/sign-in/")
    assert not written


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_reader_is_refused_alike_whether_or_not_it_exists_and_nothing_is_written(as_bob: Client, method: str) -> None:
    reader = User.objects.get(email="bob@example.org").principal
    with tables_written() as written:
        for route in [route for route in GUARDED if not may(reader, route.verb)]:
            addresses = {existing(route), route.address(1)}
            statuses = {answer(as_bob, method, address).status_code for address in addresses}
            assert len(statuses) == 1, route.name
            assert statuses <= {403, 405}, route.name
    assert not written


@pytest.mark.parametrize("who", ["as_bob", "as_alice"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_writes_nothing(request: pytest.FixtureRequest, who: str, method: str) -> None:
    client: Client = request.getfixturevalue(who)
    for route in GUARDED:
        with tables_written() as written:
            response = answer(client, method, existing(route))
        assert response.status_code < 500, route.name
        allowed = _TRACES if route.name in LEAVES_A_TRACE else set()
        assert written <= allowed, route.name


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_number_that_nothing_has_is_not_found(as_alice: Client, method: str) -> None:
    with tables_written() as written:
        for route in NUMBERED:
            for number in MISSING:
                response = answer(as_alice, method, route.address(number))
                assert response.status_code in {404, 405}, (route.name, number)
    assert not written


def test_a_post_without_the_forms_token_is_refused_everywhere(valued_shop: Path, db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    alice = User.objects.get(email="alice@example.org")
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    with tables_written() as written:
        for route in all_routes():
            response = answer(client, "post", existing(route))
            # The API takes no cookie: to it nobody came.
            refused = {401, 403, 405} if route.name.startswith("api:") else {403, 405}
            assert response.status_code in refused, route.name
    assert not written


def test_every_answer_carries_the_headers_that_protect(as_alice: Client) -> None:
    for route in all_routes():
        for address in {existing(route), route.address(2**63)}:
            response = answer(as_alice, "get", address)
            assert "script-src 'self'" in response["Content-Security-Policy"], route.name
            assert "unsafe-inline" not in response["Content-Security-Policy"].split("style-src-attr")[0], route.name
            assert response["X-Content-Type-Options"] == "nosniff", route.name
            assert response["X-Frame-Options"] == "DENY", route.name
            assert response["Referrer-Policy"] == "same-origin", route.name


@pytest.mark.parametrize("body", [{}, {"outcome": "x"}, {"answer": "\x00"}, {"special": "x" * 9999}, {"sheet": "\x00"}])
def test_no_post_breaks_a_page(as_alice: Client, body: dict[str, str]) -> None:
    for route in GUARDED:
        response = as_alice.post(existing(route), body)
        assert response.status_code < 500, route.name


@pytest.mark.parametrize(
    "words", ["%", "_", "'", '"', "{{7*7}}", "a" * 60_000, "ﷺ" * 4_000, "\\", "[[[", "1e400", "-1"]
)
def test_nothing_typed_in_an_address_breaks_a_page(as_alice: Client, words: str) -> None:
    query = dict.fromkeys(
        ("q", "f", "sort", "at", "show", "state", "before", "month", "source", "kind", "calls"), words
    )
    for route in GUARDED:
        assert as_alice.get(existing(route), query).status_code < 500, route.name


def test_the_character_zero_is_not_understood(as_alice: Client) -> None:
    assert as_alice.get("/customers/", {"q": "a\x00b"}).status_code == 400
