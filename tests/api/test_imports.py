"""Imports and scheduled imports, as programs bring and undo them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from fleuve.api.models import IdempotencyKey
from fleuve.imports.models import Import, Plan
from fleuve.jobs.worker import run_until_idle
from fleuve.parties.actions.change_customers import Edit, change_customers
from fleuve.parties.models import Membership, Record
from tests.api.house import House

HEAD = "Customer number;Name;E-mail;City\n"
ADA = HEAD + "A-1;Ada;ada@example.org;Lyon\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own; nobody is valued anew."""
    settings.HOME = tmp_path / "home"
    monkeypatch.setattr("fleuve.imports.revaluation.enqueue", lambda name, **options: 0)
    return tmp_path / "home"


def _brought(house: House, text: str = ADA, who: str = "Alice", **more: str) -> Any:
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("customers.csv", text.encode())})
    return house.ask("POST", "/imports", raw=body, content_type=MULTIPART_CONTENT, who=who, **more)


def _imported(house: House, text: str = ADA) -> str:
    address = f"/imports/{_brought(house, text).json()['id']}"
    settled = house.ask("POST", f"{address}/columns", {"source": "Shop", "answers": {"currency": "EUR"}}, who="Alice")
    assert settled.status_code == 200, settled.content
    assert house.ask("POST", f"{address}/check", who="Alice").json()["state"] == "checked"
    started = house.ask("POST", f"{address}/start", who="Alice")
    assert (started.status_code, started.json()["state"]) == (202, "queued"), started.content
    run_until_idle(queues=("heavy",), at_most=5)
    return address


def test_a_file_is_brought_settled_checked_imported_and_undone(house: House) -> None:
    made = _brought(house)
    assert made.status_code == 201, made.content
    assert made.json()["state"] == "looked_at"
    assert {"name": "City", "field": "city"} in made.json()["columns"]
    address = f"/imports/{made.json()['id']}"
    wanted = {"source": "Shop", "columns": {"City": ""}, "rules": {"Name": "fill"}, "match": ["email"],
              "answers": {"currency": "EUR"}}  # fmt: skip
    settled = house.ask("POST", f"{address}/columns", wanted, who="Alice")
    assert {"name": "City", "field": ""} in settled.json()["columns"], settled.content
    checked = house.ask("POST", f"{address}/check", who="Alice").json()
    assert (checked["state"], checked["check"]["customers"]) == ("checked", 1)
    house.ask("POST", f"{address}/start", who="Alice")
    run_until_idle(queues=("heavy",), at_most=5)
    done = house.ask("GET", address, who="Alice").json()
    assert (done["state"], done["result"]["parties_created"], done["source"]) == ("imported", 1, "Shop")
    assert Record.objects.get(external_id="A-1").city == ""
    assert house.ask("POST", f"{address}/undo", who="Alice").json()["state"] == "undoing"
    run_until_idle(queues=("heavy",), at_most=5)
    assert house.ask("GET", address, who="Alice").json()["state"] == "undone"
    assert not Record.objects.filter(external_id="A-1").exists()


def test_what_undoing_left_is_listed_and_taken_back(house: House) -> None:
    _imported(house)
    second = _imported(house, ADA.replace("Lyon", "Paris"))
    party = Membership.objects.get(record__external_id="A-1", until_at__isnull=True).party_id
    alice = house.users["Alice"].principal
    from django.utils import timezone

    change_customers(edits=[Edit(party, "city", "Nice")], by=alice, at=timezone.now())
    house.ask("POST", f"{second}/undo", who="Alice")
    run_until_idle(queues=("heavy",), at_most=5)
    listed = house.ask("GET", f"{second}/conflicts", who="Alice").json()["items"]
    assert [(one["found"], one["ours"], one["customer_id"]) for one in listed] == [("Nice", "Lyon", str(party))]


def test_the_same_upload_twice_is_one_import(house: House) -> None:
    answers = [_brought(house, Idempotency_Key="i-1") for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert Import.objects.count() == 1
    assert _brought(house, HEAD, Idempotency_Key="i-1").status_code == 422


def test_a_file_that_was_not_imported_is_put_aside(house: House) -> None:
    address = f"/imports/{_brought(house).json()['id']}"
    assert house.ask("POST", f"{address}/discard", who="Alice").json()["state"] == "cancelled"
    assert house.ask("GET", address, who="Alice").json()["state"] == "cancelled"
    for method, deed in (("POST", "/check"), ("POST", "/start"), ("POST", "/undo"), ("POST", "/discard")):
        assert house.ask(method, f"{address}{deed}", who="Alice").status_code == 409, deed


def test_nothing_starts_before_it_was_checked(house: House) -> None:
    address = f"/imports/{_brought(house).json()['id']}"
    refused = house.ask("POST", f"{address}/start", who="Alice")
    assert (refused.status_code, Import.objects.get().state) in ((409, "looked_at"), (400, "looked_at"))


@pytest.mark.parametrize(
    "body",
    [
        {"columns": {"Nobody": "city"}},
        {"columns": {"City": "moon"}},
        {"rules": {"Moon": "fill"}},
        {"rules": {"City": "perhaps"}},
        {"match": ["vat_number"]},
        {"shape": "circle"},
        {"colour": "blue"},
    ],
)
def test_what_the_file_has_not_is_refused(house: House, body: dict[str, object]) -> None:
    address = f"/imports/{_brought(house).json()['id']}"
    assert house.ask("POST", f"{address}/columns", body, who="Alice").status_code in (400, 422)


def test_a_column_that_is_needed_is_named(house: House) -> None:
    brought = _brought(house, "Weather;Mood\nfine;good\n").json()
    refused = house.ask("POST", f"/imports/{brought['id']}/check", who="Alice")
    assert (refused.status_code, refused.json()["code"]) == (400, "mapping_incomplete"), refused.content
    assert refused.json()["values"]["fields"]


def test_noise_is_told_to_be_no_table(house: House) -> None:
    answer = _brought(house, "\x00\x01\x02" * 100)
    assert (answer.status_code, answer.json()["state"]) == (201, "unreadable")
    assert answer.json()["problem"]


def test_only_who_imports_brings_and_undoes(house: House) -> None:
    address = _imported(house)
    assert _brought(house, who="Sam").status_code == 403
    for method, deed, body in (
        ("POST", "/columns", {"source": "x"}), ("POST", "/discard", None), ("POST", "/check", None),
        ("POST", "/start", None), ("POST", "/undo", None),
    ):  # fmt: skip
        assert house.ask(method, f"{address}{deed}", body, who="Sam").status_code == 403, deed
    assert Import.objects.get().state == "imported"


PLAN = {"name": "Orders", "source": "Shop", "cron": "0 6 * * *", "folder": "shop"}


def test_a_scheduled_import_is_made_changed_run_paused_removed_and_restored(house: House, home: Path) -> None:
    made = house.ask("POST", "/imports/plans", PLAN, who="Alice")
    assert (made.status_code, made["ETag"]) == (201, '"1"'), made.content
    assert (home / "inbox" / "shop").is_dir()
    address = f"/imports/plans/{made.json()['id']}"
    changed = house.ask("PATCH", address, {"cron": "0 7 * * *"}, who="Alice", If_Match='"1"')
    assert (changed.json()["cron"], changed.json()["folder"], changed["ETag"]) == ("0 7 * * *", "shop", '"2"')
    assert house.ask("PATCH", address, {"name": "x"}, who="Alice", If_Match='"1"').status_code == 412
    assert house.ask("POST", f"{address}/run", who="Alice").status_code == 202
    run_until_idle(queues=("heavy",), at_most=5)
    assert house.ask("GET", address, who="Alice").json()["outcome"] == "nothing_there"
    paused = house.ask("PUT", f"{address}/state", {"state": "paused"}, who="Alice", If_Match='"2"').json()
    assert (paused["state"], paused["next_at"]) == ("paused", None)
    assert house.ask("DELETE", address, who="Alice", If_Match='"2"').status_code == 204
    assert house.ask("GET", "/imports/plans", who="Alice").json()["items"] == []
    assert house.ask("POST", f"{address}/restoration", who="Alice").json()["state"] == "paused"


def test_a_secret_header_is_kept_and_never_told(house: House) -> None:
    asked = {**PLAN, "folder": "", "url": "https://shop.example/a.csv", "header_name": "X-Key", "header_value": "hush"}
    made = house.ask("POST", "/imports/plans", asked, who="Alice", Idempotency_Key="p-1")
    assert (made.status_code, made.json()["has_secret"]) == (201, True), made.content
    assert "hush" not in made.content.decode()
    assert "hush" not in "".join(IdempotencyKey.objects.values_list("body", flat=True))
    other = house.ask("PATCH", f"/imports/plans/{made.json()['id']}", {"url": "https://other.example/"}, who="Alice",
                      If_Match='"1"')  # fmt: skip
    assert other.status_code == 400
    assert Plan.objects.get().url == "https://shop.example/a.csv"


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"folder": "../etc"}, "body.folder"),
        ({"folder": ""}, "body.folder"),
        ({"folder": "", "url": "https://127.0.0.1/a.csv"}, "body.url"),
        ({"cron": "* * * * *"}, "body.cron"),
        ({"name": "   "}, "body.name"),
        ({"header_name": "X-Key", "header_value": "x"}, "body.header_name"),
    ],
)
def test_what_is_no_plan_is_said_where_it_stands(house: House, change: dict[str, str], at: str) -> None:
    refused = house.ask("POST", "/imports/plans", {**PLAN, **change}, who="Alice")
    assert (refused.status_code, refused.json()["fields"][0]["at"]) == (422, at), refused.content
    assert not Plan.objects.exists()


def test_only_who_imports_sees_a_plan(house: House) -> None:
    address = f"/imports/plans/{house.ask('POST', '/imports/plans', PLAN, who='Alice').json()['id']}"
    assert house.ask("POST", "/imports/plans", PLAN, who="Sam").status_code == 403
    assert house.ask("GET", "/imports/plans", who="Sam").status_code == 403
    for method, deed, body in (
        ("GET", "", None), ("PATCH", "", {"name": "x"}), ("DELETE", "", None), ("POST", "/run", None),
        ("PUT", "/state", {"state": "paused"}), ("POST", "/restoration", None),
    ):  # fmt: skip
        assert house.ask(method, f"{address}{deed}", body, who="Sam", If_Match='"1"').status_code == 403, deed
    assert house.ask("POST", "/imports/plans", PLAN, who="Alice").status_code == 409
