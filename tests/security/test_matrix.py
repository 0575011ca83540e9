"""Every page × everybody × the customer of everybody: what docs/rules/permissions.md says, and nothing else.

The addresses are read from the address book: a page added tomorrow is tried too, and an address with a place that
nobody here knows how to fill fails until it is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from fleuve.accounts.tests.cast import client_of
from fleuve.kernel.guard import is_public, verb_of
from fleuve.kernel.principal import may
from fleuve.workspace.tests.test_route_matrix import tables_written
from tests.security.world import HOLDERS, PEOPLE, World, build_world

_DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "rules" / "permissions.md"
_PLACE: Final = re.compile(r"<(?:(\w+):)?(\w+)>")
# What fills a place of an address: something of a customer.
_OF_CUSTOMERS: Final = {
    "party_id",
    "note_id",
    "file_id",
    "task_id",
    "interaction_id",
    "alert_id",
    "change_id",
    "tie_id",
}
# What stands behind the number of its customer, and what belongs to the house and to no customer.
_BEHIND: Final = {"tie_id", "change_id"}
_OF_THE_HOUSE: Final = {"field_id", "tag_id", "view_id", "run_id", "export_id"}
# The place is called otherwise, or means something else, on these pages.
_RENAMED: Final = {
    "workspace:call_mark_undone": "mark_id",
    "history:special": "record_id",
    "notes:note_restoration": "removed_note_id",
    "notes:file_restoration": "removed_file_id",
    "tasks:restoration": "removed_task_id",
}
_TEXTS: Final = {"channel": "email"}
# Nothing of a customer stands in these addresses: the guard's verb is the whole answer.
_PLAIN_MODULES: Final = {"accounts", "imports", "jobs", "ui", "events", "webhooks"}
# What somebody wrote is changed by them, or by whoever leads: docs/rules/records.md.
_OF_AUTHORS: Final = {
    "notes:note",
    "notes:note_removal",
    "notes:note_restoration",
    "notes:file_removal",
    "notes:file_restoration",
}
_LEADERS: Final = {"Alice", "Max"}
# A plausible answer to every form, so that what is allowed gets past its form.
BODY: Final = {
    "outcome": "called",
    "special": "walk_in",
    "body": "Likes coffee",
    "title": "Call back",
    "version": "1",
    "verdict": "right",
    "kind": "call",
    "days": "7",
    "until": "2030-01-01",
}


def _routes(resolver: URLResolver, prefix: str = "/", module: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry, address, entry.app_name or module)
        elif isinstance(entry, URLPattern) and not is_public(entry.callback):
            yield f"{module}:{entry.name}", address, entry


ROUTES = {name: (address, entry) for name, address, entry in _routes(get_resolver())}


def _place_of(name: str) -> str:
    """The place of an address where something of a customer stands; empty when there is none."""
    if name in _RENAMED:
        return _RENAMED[name]
    places = [place for _kind, place in _PLACE.findall(ROUTES[name][0])]
    return next((place for place in places if place in _OF_CUSTOMERS), "")


# These need figures that this small house does not have; their modules try them.
_NEED_FIGURES: Final = {"workspace:customer_why"}
SCOPED = sorted(name for name in ROUTES if _place_of(name) and name not in _NEED_FIGURES)


def _table() -> dict[str, dict[str, tuple[str, str]]]:
    """The worked table of the document: person → whose customer → (page, save)."""
    text = _DOCUMENT.read_text(encoding="utf-8").split("## Who sees and changes whose customer")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    header, *body = [row for row in rows if not set(row[0]) <= set("- :")]
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for people, *cells in body:
        for person in people.split(", "):
            answers = dict(zip(header[1:], cells, strict=True))
            found[person] = {holder: tuple(cell.split(" · ")) for holder, cell in answers.items()}  # type: ignore[misc]
    return found


TABLE = _table()


def test_the_table_is_about_everybody_and_every_kind_of_customer() -> None:
    assert set(TABLE) == set(PEOPLE)
    assert all(tuple(answers) == HOLDERS for answers in TABLE.values())


def test_every_place_of_an_address_can_be_filled() -> None:
    told = _OF_CUSTOMERS | _BEHIND | _OF_THE_HOUSE | set(_TEXTS)
    unknown = [
        name
        for name in ROUTES
        if {place for _kind, place in _PLACE.findall(ROUTES[name][0])} - told
        and name not in _RENAMED
        and name.split(":")[0] not in _PLAIN_MODULES
    ]
    assert unknown == [], "say in tests/security what stands there"


# Sam, who sees some customers and changes fewer, meets every rule; everybody else takes minutes, and their turn with
# the long tests.
_EVERYBODY: Final = [pytest.param(one, marks=[] if one == "Sam" else [pytest.mark.full], id=one) for one in PEOPLE]


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def _signed_in(world: World, person: str) -> Client:
    # A page that breaks is one more fault of the table, not the end of trying the others.
    return client_of(world.users[person], Client(raise_request_exception=False))


def _address(world: World, name: str, holder: str) -> str:
    def filled(place: re.Match[str]) -> str:
        if place[1] != "int":
            return _TEXTS.get(place[1] or "", "x")
        return str(world.number(place[2] if place[2] in _BEHIND else _place_of(name), holder))

    return _PLACE.sub(filled, ROUTES[name][0])


def _asked(client: Client, method: str, address: str) -> tuple[HttpResponseBase, set[str]]:
    """What comes back, and what was written; then everything is as it was."""
    with transaction.atomic():
        with tables_written() as written:
            response: HttpResponseBase = getattr(client, method)(address, BODY if method == "post" else {})
            if response.streaming:
                b"".join(response)
        transaction.set_rollback(True)
    return response, written


def _body(response: HttpResponseBase) -> str:
    return response.content.decode() if isinstance(response, HttpResponse) else ""


def _without_numbers(response: HttpResponseBase) -> str:
    body = _body(response)
    # Numbers, and the reference under which the log knows this one request.
    return re.sub(r"\b[0-9a-f]{8,}\b|\d+", "", body)


@pytest.mark.parametrize("person", _EVERYBODY)
def test_a_customer_is_seen_and_changed_as_the_table_says(world: World, person: str) -> None:
    client, principal = _signed_in(world, person), world.users[person].principal
    faults: list[str] = []
    for name in SCOPED:
        verb = verb_of(ROUTES[name][1].callback)
        for method in ("get", "post"):
            missing, missing_wrote = _asked(client, method, _address(world, name, "missing"))
            for holder in HOLDERS:
                response, written = missing, missing_wrote
                if holder != "missing":
                    response, written = _asked(client, method, _address(world, name, holder))
                expected = _RULES.get(name, _as_told)(TABLE[person][holder], person, holder)
                fault = _fault(expected, verb, method, response, may(principal, verb))
                if response.status_code in (403, 404, 405) and written:
                    fault = fault or f"refused, and yet wrote {sorted(written)}"
                if response.status_code == 404 and _without_numbers(response) != _without_numbers(missing):
                    fault = fault or "does not look like one that is missing"
                if fault:
                    faults.append(f"{method} {name} of {holder}: {fault}")
    assert not faults, "\n" + "\n".join(faults)


Answers = tuple[str, str]


def _as_told(answers: Answers, _person: str, _holder: str) -> Answers:
    return answers


def _of_author(answers: Answers, person: str, holder: str) -> Answers:
    """What somebody wrote is changed by them, or by whoever leads."""
    return answers if person in _LEADERS | {holder} else (answers[0], answers[1].replace("302", "403"))


def _claim(answers: Answers, _person: str, holder: str) -> Answers:
    """Whoever sees a customer of nobody takes it; nobody takes one from a colleague."""
    return answers[0], ("302" if holder == "nobody" else "403") if answers[0] == "200" else "404"


def _restoration(_answers: Answers, person: str, holder: str) -> Answers:
    """Only what is in the trash comes back out of it, by whoever could have put it there."""
    return ("200", "302") if holder == "trash" and person in _LEADERS | {"Sam", "Ann"} else ("404", "404")


_RULES: Final = dict.fromkeys(_OF_AUTHORS, _of_author) | {
    "parties:claim": _claim,
    "parties:restoration": _restoration,
}


def _fault(expected: tuple[str, str], verb: str, method: str, response: HttpResponseBase, holds_verb: bool) -> str:
    """What is wrong with an answer; nothing when it is as the table says."""
    status, (page, save) = response.status_code, expected
    if status == 405:
        return ""
    if not holds_verb:
        return "" if status == 403 else f"{status} without the verb {verb}"
    if page == "404":
        return "" if status == 404 else f"{status} though out of sight"
    if method == "get" and verb != "read" and save == "403" and status == 403:
        return ""  # a page that is nothing but the form of a change
    if method == "post" and save == "403":
        # A form that cannot be read is sent back before anything is looked at: it says nothing and does nothing.
        return "" if status in (403, 422) else f"{status} though not theirs to change"
    return "" if status not in (403, 404, 500) else f"{status} though allowed"


@pytest.mark.parametrize("person", _EVERYBODY)
def test_every_other_page_is_opened_by_its_verb_alone(world: World, person: str) -> None:
    client, principal = _signed_in(world, person), world.users[person].principal
    faults: list[str] = []
    for name, (pattern, entry) in ROUTES.items():
        if name in SCOPED or name in _NEED_FIGURES or name == "accounts:sign_out":
            continue
        address = _PLACE.sub(lambda place: "1" if place[1] == "int" else "x", pattern)
        for method in ("get", "post"):
            response, written = _asked(client, method, address)
            status, verb = response.status_code, verb_of(entry.callback)
            if status == 405:
                continue
            if not may(principal, verb) and status != 403:
                faults.append(f"{method} {name}: {status} without the verb {verb}")
            if status in (403, 404) and written:
                faults.append(f"{method} {name}: refused, and yet wrote {sorted(written)}")
    assert not faults, "\n" + "\n".join(faults)
