"""Every operation of the API × everybody's key × the customer of everybody: the table that holds for pages holds here.

The operations are read from the document that is served: one added tomorrow is tried too, and one whose address has a
place that nobody here knows how to fill fails until it is told.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from fleuve.accounts.actions import make_key
from fleuve.accounts.models import ApiKey
from fleuve.api.building import api_document
from fleuve.api.rules import SCOPES
from fleuve.kernel.principal import SYSTEM, may
from fleuve.workspace.tests.test_route_matrix import tables_written
from tests.security.test_matrix import _EVERYBODY, _LEADERS, TABLE, Answers
from tests.security.world import HOLDERS, World, build_world

# What fills a place of an address: something of a customer, by its name in the small house.
_OF_CUSTOMERS: Final = {
    "customer_id": "party_id",
    "note_id": "note_id",
    "file_id": "file_id",
    "task_id": "task_id",
    "interaction_id": "interaction_id",
    "alert_id": "alert_id",
    "tie_id": "tie_id",
}
_OF_THE_HOUSE: Final = {
    "field_id", "tag_id", "view_id", "import_id", "conflict_id", "plan_id", "webhook_id", "delivery_id",
    "export_id", "bulk_edit_id",
}  # fmt: skip
_REMOVED: Final = {
    "restore_note_": "removed_note_id",
    "restore_file_": "removed_file_id",
    "restore_task_": "removed_task_id",
}
# Another verb than changing the customer.
_VERBS: Final = {"assign_alert_": "assign"}
# What somebody wrote by hand is theirs: their program changes it only when they lead. docs/rules/api.md.
_OF_AUTHORS: Final = {"change_note_", "remove_note_", "restore_note_", "remove_file_", "restore_file_"}
# Whoever may read may do these: they are one's own.
_ONES_OWN: Final = {"create_view"}
_PLACE: Final = re.compile(r"\{(\w+)\}")
_DOCUMENT: Final = api_document()
OPERATIONS: Final = {
    told["operationId"]: (method, address, told)
    for address, methods in _DOCUMENT["paths"].items()
    for method, told in methods.items()
}


def _places(name: str) -> list[str]:
    return _PLACE.findall(OPERATIONS[name][1])


SCOPED: Final = [name for name in OPERATIONS if set(_places(name)) & _OF_CUSTOMERS.keys()]
PLAIN: Final = [name for name in OPERATIONS if name not in SCOPED]


def test_every_place_of_an_address_can_be_filled() -> None:
    unknown = {place for name in OPERATIONS for place in _places(name)} - _OF_CUSTOMERS.keys() - _OF_THE_HOUSE
    assert unknown == set(), "say in tests/security what stands there"


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.FLEUVE_API_RATE = 0
    return build_world()


def _key(world: World, person: str, scopes: list[str]) -> str:
    at = timezone.now()
    made = make_key(name="A program", user=world.users[person], scopes=scopes, by=SYSTEM, at=at)
    ApiKey.objects.update(last_used_at=at)  # a first use is written down; the others of the next minutes are not
    return made.token


def _example(schema: dict[str, Any]) -> Any:
    """A plausible value of a schema: its example, else the simplest that its type allows."""
    if "$ref" in schema:
        return _example(_DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for known in ("examples", "enum"):
        if schema.get(known):
            return schema[known][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return _example(schema["anyOf"][0])
    if schema.get("type") == "object":
        required = schema.get("required", [])
        return {
            name: _example(one)
            for name, one in schema.get("properties", {}).items()
            if name in required or one.get("examples")
        }
    plain: dict[str, Any] = {"integer": 1, "number": 1, "boolean": True, "array": [], "string": "2030-01-01"}
    return plain.get(schema.get("type", "string"))


def _asked(token: str, name: str, places: dict[str, int], *, partner: int = 0) -> tuple[HttpResponse, set[str]]:
    """What comes back, and what was written; then everything is as it was."""
    method, pattern, told = OPERATIONS[name]
    address = _PLACE.sub(lambda place: str(places.get(place[1], 1)), pattern)
    headers = {"Authorization": f"Bearer {token}"}
    if any(one["name"] == "If-Match" for one in told["parameters"]):
        headers["If-Match"] = '"1"'
    query = {
        one["name"]: _example(one["schema"]) for one in told["parameters"] if one["in"] == "query" and one["required"]
    }
    sent: dict[str, Any] = {}
    for kind, content in told.get("requestBody", {}).get("content", {}).items():
        if kind == "multipart/form-data":
            sent = {"data": {"file": SimpleUploadedFile("offer.txt", b"An offer")}}
        else:
            body = _example(content["schema"])
            body |= {"to": str(partner)} if "to" in body else {}
            sent = {"data": json.dumps(body), "content_type": "application/json"}
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        with tables_written() as written:
            response: HttpResponse = getattr(client, method)(address, headers=headers, query_params=query, **sent)
            if response.streaming:
                b"".join(response)
        transaction.set_rollback(True)
    return response, written


def _told(response: HttpResponse) -> str:
    return "" if response.streaming else response.content[:160].decode()


def _expected(world: World, name: str, person: str, holder: str) -> Answers:
    page, save = TABLE[person][holder]
    if name in _REMOVED and holder == "trash":
        return "404", "404"
    if name == "restore_customer":
        is_back = holder == "trash" and person in _LEADERS | {"Sam", "Ann"}
        return ("200", "302") if is_back else ("404", "404")
    if name == "claim_customer_":
        may_claim = holder == "nobody" and may(world.users[person].principal, "write")
        return page, ("302" if may_claim else "403") if page == "200" else "404"
    if (name in _OF_AUTHORS and person not in _LEADERS) or not may(
        world.users[person].principal, _VERBS.get(name, "read")
    ):
        return page, save.replace("302", "403")
    return page, save


def _fault(expected: Answers, method: str, status: int, *, is_writer: bool) -> str:
    page, save = expected
    if page == "404":
        # Whoever may change nothing at all may be told so before anything is looked at.
        return (
            "" if status == 404 or (status == 403 and method != "get" and not is_writer) else f"{status}, out of sight"
        )
    if method == "get":
        return "" if status in (200, 404) else f"{status} though in sight"
    if save == "403":
        return "" if status in (403, 422) else f"{status} though not theirs to change"
    return "" if status not in (403, 404, 500) else f"{status} though allowed"


@pytest.mark.parametrize("person", _EVERYBODY)
def test_an_operation_answers_as_the_page_does(world: World, person: str) -> None:
    token = _key(world, person, list(SCOPES))
    is_writer = any(save == "302" for _page, save in TABLE[person].values())
    faults: list[str] = []
    for name in SCOPED:
        missing, missing_wrote = _asked(token, name, dict.fromkeys(_places(name), 1))
        for holder in HOLDERS:
            response, written = missing, missing_wrote
            if holder != "missing":
                places = {
                    place: world.number(_REMOVED.get(name, _OF_CUSTOMERS[place]), holder) for place in _places(name)
                }
                partner = world.number("party_id", person if person in HOLDERS else "nobody")
                response, written = _asked(token, name, places, partner=partner)
            status = response.status_code
            fault = _fault(_expected(world, name, person, holder), OPERATIONS[name][0], status, is_writer=is_writer)
            if status in (403, 404, 428) and written:
                fault = fault or f"refused ({status}), and yet wrote {sorted(written)}"
            if status == 404 and holder != "missing" and missing.status_code == 404:
                fault = fault or ("" if response.content == missing.content else "does not look like a missing one")
            if fault:
                faults.append(f"{name} of {holder}: {fault} {_told(response)}")
    assert not faults, "\n" + "\n".join(faults)


def test_without_its_scope_an_operation_is_refused_and_writes_nothing(world: World) -> None:
    """An owner's key for one small thing: everything else is closed, whatever the owner may do."""
    token = _key(world, "Alice", ["tasks:read"])
    faults = []
    for name, (_method, _address, told) in OPERATIONS.items():
        response, written = _asked(token, name, {})
        is_open = told["x-scope"] in ("", "tasks:read")
        if not is_open and (response.status_code, json.loads(response.content)["code"]) != (403, "scope_missing"):
            faults.append(f"{name}: {response.status_code}")
        if written:
            faults.append(f"{name}: wrote {sorted(written)}")
    assert faults == []


def test_whoever_only_reads_changes_nothing_through_any_operation(world: World) -> None:
    token = _key(world, "Ray", list(SCOPES))
    faults = []
    for name, (method, _address, _told) in OPERATIONS.items():
        if method == "get" or name in _ONES_OWN:
            continue
        places = {place: world.number(_OF_CUSTOMERS[place], "Sam") for place in _places(name) if place in _OF_CUSTOMERS}
        response, written = _asked(token, name, places)
        if response.status_code < 400 or response.status_code >= 500 or written:
            faults.append(f"{name}: {response.status_code}, wrote {sorted(written)}")
    assert faults == []


def test_no_key_no_answer(world: World) -> None:
    for name in OPERATIONS:
        response, written = _asked("flv_00000000_nothing", name, {})
        assert (response.status_code, written) == (401, set()), name
