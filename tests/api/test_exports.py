"""Lists as files, as programs take them out: docs/rules/api.md and docs/rules/export.md."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fleuve.accounts.actions import make_key, set_right
from fleuve.accounts.models import Notice, User
from fleuve.accounts.tests.cast import client_of
from fleuve.attributes import EVERYTHING
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.principal import SYSTEM
from fleuve.lists.actions import change_export_limit, export_customers, forget_exports, prepare_export, save_view
from fleuve.lists.exporting.files import export_files
from fleuve.lists.exporting.wish import Wish
from fleuve.lists.models import Export, ExportLimit
from fleuve.parties.actions import record_refusal
from fleuve.parties.models import Membership
from fleuve.ui.tables import Sort
from tests.api.house import House

LYON = {"all": [{"key": "name", "operator": "contains", "value": "duval"}]}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def _taken(house: House, who: str = "Alice", **asked: Any) -> Any:
    return house.ask("POST", "/exports", asked, who=who)


def _content(house: House, made: Any, who: str = "Alice") -> bytes:
    answer = house.ask("GET", f"/exports/{made['id']}/content", who=who)
    assert answer.status_code == 200, answer.content
    return b"".join(answer)


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _opened(house: House, name: str, verb: str = "export") -> None:
    set_right(user=house.users[name], verb=verb, state="given", by=house.users["Alice"].principal, at=timezone.now())


def test_a_small_list_is_ready_at_once(house: House) -> None:
    answer = _taken(house, filter=LYON, columns=["city", "email"], sort="-name")
    made = answer.json()
    assert (answer.status_code, made["state"], made["rows"], made["error"]) == (201, "ready", 1, "")
    assert made["columns"] == ["customer_number", "name", "city", "email"]
    assert answer["Location"] == f"/api/v1/exports/{made['id']}"
    content = _content(house, made)
    assert made["size"] == len(content) == Export.objects.get().size
    assert [row[:2] for row in _rows(content)[1:]] == [["C-1", "Duval SARL"]]
    assert _content(house, made) == content, "fetched again, counted once"
    assert house.ask("GET", f"/exports/{made['id']}", who="Alice").json() == made
    told = house.ask("GET", f"/exports/{made['id']}/content", who="Alice")
    assert b"".join(told) == content
    assert (told["Content-Type"], told["Cache-Control"]) == ("text/csv; charset=utf-8", "private, no-store")
    assert "attachment" in told["Content-Disposition"]
    page = client_of(house.users["Alice"]).get("/customers/exports/")
    assert f"/customers/exports/{made['id']}/" in page.content.decode(), "its person finds it too"


def test_it_comes_as_parquet_and_as_a_workbook(house: House) -> None:
    made = _taken(house, form="parquet", sort="-name").json()
    assert parquet.read_table(io.BytesIO(_content(house, made)))["name"].to_pylist() == [
        "Ouest SA", "Nord SA", "Duval SARL",
    ]  # fmt: skip
    assert _content(house, _taken(house, form="xlsx").json())[:2] == b"PK"


def test_a_view_brings_its_filter_its_columns_and_its_order(house: House) -> None:
    alice = house.users["Alice"].principal
    view = save_view(
        name="Not Duval", node=EVERYTHING, words="sa", columns=["name", "stage"], sort="-name", is_shared=False,
        by=alice, at=timezone.now(),
    )  # fmt: skip
    made = _taken(house, view=str(view.pk)).json()
    assert made["columns"] == ["customer_number", "name", "stage"]
    assert [row[1] for row in _rows(_content(house, made))[1:]] == ["Ouest SA", "Nord SA", "Duval SARL"]
    again = _taken(house, view=str(view.pk), columns=["city"], sort="name").json()
    assert [row[1] for row in _rows(_content(house, again))[1:]] == ["Duval SARL", "Nord SA", "Ouest SA"]
    both = _taken(house, view=str(view.pk), filter=LYON)
    assert (both.status_code, both.json()["fields"][0]["at"]) == (422, "body.view")
    _opened(house, "Sam")
    assert _taken(house, "Sam", view=str(view.pk)).status_code == 404, "Alice shares it with nobody"


def test_a_large_list_is_written_by_a_job(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fleuve.lists.api.exports.MOST_AT_ONCE", 2)
    made = _taken(house).json()
    address = f"/exports/{made['id']}"
    assert (made["state"], made["size"], made["expires_at"]) == ("waiting", 0, None)
    assert house.ask("GET", f"{address}/content", who="Alice").status_code == 404
    run_until_idle(queues=("heavy",), at_most=3)
    done = house.ask("GET", address, who="Alice").json()
    assert (done["state"], done["rows"]) == ("ready", 3)
    assert len(_rows(_content(house, done))) == 4


def test_a_job_that_gave_up_says_why(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person's access is closed before the job begins: it runs with the rights of then."""
    monkeypatch.setattr("fleuve.lists.api.exports.MOST_AT_ONCE", 0)
    _opened(house, "Sam")
    made = _taken(house, "Sam").json()
    set_right(user=house.users["Sam"], verb="export", state="", by=SYSTEM, at=timezone.now())
    run_until_idle(queues=("heavy",), at_most=5)
    _opened(house, "Sam")
    told = house.ask("GET", f"/exports/{made['id']}").json()
    assert told["state"] == "failed"
    assert told["error"]
    assert export_files() == []


def test_after_a_day_the_file_is_gone(house: House) -> None:
    made = _taken(house).json()
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    address = f"/exports/{made['id']}"
    assert house.ask("GET", address, who="Alice").json()["state"] == "gone"
    assert house.ask("GET", f"{address}/content", who="Alice").status_code == 404
    forget_exports(timezone.now())
    assert house.ask("GET", address, who="Alice").json()["state"] == "gone"


def test_a_key_lists_its_own_exports_whatever_they_wait_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = _taken(house).json()
    monkeypatch.setattr("fleuve.lists.api.exports.MOST_AT_ONCE", 0)
    waiting = [_taken(house).json() for _turn in range(2)]
    _opened(house, "Sam")
    _taken(house, "Sam")
    with CaptureQueriesContext(connection) as few:
        first = house.ask("GET", "/exports?limit=1", who="Alice").json()
    with CaptureQueriesContext(connection) as all_at_once:
        whole = house.ask("GET", "/exports", who="Alice").json()
    assert whole == {"items": [*reversed(waiting), ready], "next": None}
    assert [one["state"] for one in whole["items"]] == ["waiting", "waiting", "ready"]
    assert len(few) == len(all_at_once)
    rest = house.ask("GET", f"/exports?limit=2&after={first['next']}", who="Alice").json()
    assert first["items"] + rest["items"] == whole["items"]


def test_it_is_opened_by_the_key_that_asked_and_by_no_other(house: House) -> None:
    """docs/rules/api.md, "Bulk edits and exports"."""
    alice = house.users["Alice"]
    blind = make_key(name="Blind", user=alice, scopes=["exports:write"], by=SYSTEM, at=timezone.now()).token
    wish = Wish(EVERYTHING, "", Sort("name"), ("customer_number", "name", "email"), "csv")
    by_hand = prepare_export(wish=wish, by=alice.principal, at=timezone.now())
    theirs = _taken(house).json()["id"]
    _opened(house, "Sam")
    for number in (by_hand.pk, theirs):
        for place in ("", "/content"):
            assert house.ask("GET", f"/exports/{number}{place}", token=blind).status_code == 404
            assert house.ask("GET", f"/exports/{number}{place}").status_code == 404
    mine = house.ask("POST", "/exports", {"columns": ["*"]}, token=blind).json()
    assert house.ask("GET", f"/exports/{mine['id']}/content", who="Alice").status_code == 404, "another key of hers"
    by_person = client_of(alice).get(f"/customers/exports/{mine['id']}/content/")
    assert b"Duval SARL" in b"".join(by_person)
    assert "email" not in mine["columns"]
    assert "name" in mine["columns"]
    refused = house.ask("POST", "/exports", {"columns": ["email"]}, token=blind)
    assert (refused.status_code, refused.json()["fields"][0]["at"]) == (422, "body.columns")
    assert house.ask("POST", "/exports", {"with_refused": True}, token=blind).status_code == 403


def test_contact_details_are_left_out_where_contact_is_refused(house: House) -> None:
    record = Membership.objects.get(party=house.customers["Sam"]).record
    record_refusal(record=record, channel="email", reason="", by=house.users["Alice"].principal, at=timezone.now())
    plain = _taken(house, filter=LYON, columns=["email"]).json()
    told = _taken(house, filter=LYON, columns=["email"], with_refused=True).json()
    assert _rows(_content(house, plain))[1][2] == ""
    assert _rows(_content(house, told))[1][2] == "duval@customers.example"


def test_rows_count_against_the_day_whoever_takes_them_out(house: House) -> None:
    """By hand and by key are one person; what is refused is told to the owners, also to a key that repeats itself."""
    _opened(house, "Sam")
    sam = User.objects.get(pk=house.users["Sam"].pk).principal
    ExportLimit.objects.create(role="seller", rows=10)
    version = ExportLimit.objects.get(role="seller").version
    change_export_limit(role="seller", rows=3, version=version, by=house.users["Alice"].principal, at=timezone.now())
    wish = Wish(EVERYTHING, "duval", Sort("name"), ("name",), "csv")
    export_customers(wish=wish, by=sam, at=timezone.now()).close()
    assert _taken(house, "Sam", words="duval").status_code == 201
    for _time in range(2):
        refused = house.ask("POST", "/exports", {}, Idempotency_Key="nightly")
        told = refused.json()
        assert (refused.status_code, told["code"], told["values"]["left"]) == (403, "export_limit_reached", 1), told
    assert refused["Idempotent-Replayed"] == "true"
    assert Export.objects.count() == 2
    assert Notice.objects.filter(user=house.users["Alice"], kind="export_refused").count() == 1


def test_the_same_key_twice_is_one_file_and_counted_once(house: House) -> None:
    answers = [house.ask("POST", "/exports", {}, who="Alice", Idempotency_Key="e-1") for _time in range(2)]
    assert answers[0].content == answers[1].content
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert Export.objects.count() == len(export_files()) == 1


def test_it_takes_the_right_and_the_scope(house: House) -> None:
    assert _taken(house, "Sam").status_code == 403, "sellers take nothing out unless an owner lets them"
    assert _taken(house, "Ray").status_code == 403
    at = timezone.now()
    reading = make_key(name="R", user=house.users["Alice"], scopes=["exports:read"], by=SYSTEM, at=at).token
    refused = house.ask("POST", "/exports", {}, token=reading)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert not Export.objects.exists()


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        ({"form": "pdf"}, "body.form"),
        ({"columns": ["moon"]}, "body.columns"),
        ({"sort": "-moon"}, "body.sort"),
        ({"filter": {"key": "moon", "operator": "is", "value": "full"}}, "body.filter"),
        ({"filter": {}}, "body.filter"),
        ({"colour": "blue"}, "body.colour"),
    ],
)
def test_what_no_list_has_is_refused_where_it_stands(house: House, asked: dict[str, Any], at: str) -> None:
    answer = _taken(house, **asked)
    assert (answer.status_code, answer.json()["fields"][0]["at"]) == (422, at), answer.content
    assert not Export.objects.exists()
