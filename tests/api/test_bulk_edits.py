"""Many customers at once, as programs change them and take it back: docs/rules/bulk.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from fleuve.accounts.actions import make_key, set_field_rule, set_right
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.principal import SYSTEM
from fleuve.lists.models import BulkRun
from fleuve.parties.actions import Edit, change_customers, create_own_field, create_tag, tag_customers
from fleuve.parties.models import PartyCard
from fleuve.parties.tests.cast import card
from tests.api.house import House

EDITS = "/customers/bulk-edits"
EVERYBODY: dict[str, Any] = {"all": []}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def _prepared(house: House, who: str = "Alice", **asked: Any) -> Any:
    return house.ask("POST", EDITS, asked, who=who)


def _worked(house: House, address: str, deed: str = "start", who: str = "Alice") -> Any:
    started = house.ask("POST", f"{address}/{deed}", who=who)
    assert started.status_code == 202, started.content
    run_until_idle(queues=("quick", "heavy"))
    return house.ask("GET", address, who=who).json()


def _ids(house: House, *names: str) -> list[str]:
    return [str(house.customers[name]) for name in names or house.customers]


def _opened(house: House) -> None:
    set_right(user=house.users["Sam"], verb="bulk", state="given", by=SYSTEM, at=timezone.now())


def test_it_is_looked_at_started_and_undone(house: House) -> None:
    alice = house.users["Alice"].principal
    first, second, third = (house.customers[name] for name in ("Sam", "Cléo", "nobody"))
    change_customers(edits=[Edit(first, "city", "Brest"), Edit(third, "city", "Lille")], by=alice, at=timezone.now())
    answer = _prepared(house, customers=_ids(house), values={"city": "Lille"})
    made = answer.json()
    address = f"{EDITS}/{made['id']}"
    assert (answer.status_code, answer["Location"]) == (201, f"/api/v1{address}")
    assert (made["state"], made["does"], made["customers"], made["may_undo"]) == (
        "preview", "City becomes Lille", 0, False,
    )  # fmt: skip
    preview = made["preview"]
    assert (preview["will_change"], preview["unchanged"], preview["refused"], preview["missing"]) == (2, 1, 0, 0)
    assert {"value": "Brest", "customers": 1} in preview["former"]
    assert {"id": str(first), "name": "Duval SARL", "before": "Brest"} in preview["examples"]
    assert card(first).city == "Brest", "looking at it changes nothing"
    done = _worked(house, address)
    assert (done["state"], done["customers"], done["changed"], done["unchanged"]) == ("done", 3, 2, 1)
    assert (done["preview"], done["may_undo"]) == (None, True)
    assert {card(one).city for one in house.customers.values()} == {"Lille"}
    changes = house.ask("GET", f"/customers/{first}/changes", who="Alice").json()["items"]
    assert (changes[0]["new"], changes[0]["by"]) == ("Lille", "Alice’s program · Alice")
    change_customers(edits=[Edit(second, "city", "Nice")], by=alice, at=timezone.now())
    undone = _worked(house, address, "undo")
    assert (undone["state"], undone["restored"], undone["kept"], undone["may_undo"]) == ("undone", 1, 1, False)
    (kept,) = undone["kept_values"]
    assert (kept["customer"], kept["field"], kept["found"]) == (str(second), "City", "Nice")
    assert [card(one).city for one in (first, second, third)] == ["Brest", "Nice", "Lille"]


def test_those_whom_a_filter_finds_when_it_starts(house: House) -> None:
    made = _prepared(house, filter=EVERYBODY, words="duval", values={"city": "Lille"}).json()
    assert made["preview"]["will_change"] == 1
    done = _worked(house, f"{EDITS}/{made['id']}")
    assert (done["changed"], card(house.customers["Sam"]).city) == (1, "Lille")
    assert card(house.customers["nobody"]).city == "Lyon"


def test_one_owner_for_many_and_nobody_again(house: House) -> None:
    sam, cleo = (house.users[name].pk for name in ("Sam", "Cléo"))
    given = _prepared(house, customers=_ids(house), values={"owner": str(sam)}).json()
    done = _worked(house, f"{EDITS}/{given['id']}")
    assert (done["does"], done["changed"], done["unchanged"]) == ("Given to Sam", 2, 1)
    assert set(PartyCard.objects.values_list("owner_id", flat=True)) == {sam}
    assert _worked(house, f"{EDITS}/{given['id']}", "undo")["restored"] == 2
    assert card(house.customers["Cléo"]).owner_id == cleo
    freed = _prepared(house, filter=EVERYBODY, values={"owner": None}).json()
    assert _worked(house, f"{EDITS}/{freed['id']}")["changed"] == 2


def test_tags_on_and_off_and_into_the_trash(house: House) -> None:
    alice, now = house.users["Alice"].principal, timezone.now()
    fair, old = (create_tag(name=name, by=alice, at=now) for name in ("Fair", "Old"))
    tag_customers(party_ids=[house.customers["Sam"]], add=[old.pk], by=alice, at=now)
    made = _prepared(house, customers=_ids(house), add_tags=[str(fair.pk)], remove_tags=[str(old.pk)]).json()
    assert made["does"] == "Tags put on: Fair; taken off: Old"
    assert _worked(house, f"{EDITS}/{made['id']}")["changed"] == 3
    assert set(PartyCard.objects.values_list("tags", flat=True)) == {f"|{fair.pk}|"}
    gone = _prepared(house, customers=_ids(house, "nobody"), remove=True).json()
    assert _worked(house, f"{EDITS}/{gone['id']}")["changed"] == 1
    assert house.ask("GET", f"/customers/{house.customers['nobody']}", who="Alice").status_code == 404
    _worked(house, f"{EDITS}/{gone['id']}", "undo")
    assert house.ask("GET", f"/customers/{house.customers['nobody']}", who="Alice").status_code == 200


def test_every_type_of_value_is_sent_as_for_one_customer(house: House) -> None:
    alice, now = house.users["Alice"].principal, timezone.now()
    told: dict[str, Any] = {
        "text": "Tea", "number": 2.5, "money": {"minor": 1250, "currency": "EUR"}, "date": "2026-01-31",
        "yes_no": False, "choice": "blue", "choices": ["blue", "red"], "link": str(house.customers["Cléo"]),
    }  # fmt: skip
    for kind, value in told.items():
        answers = ["Blue", "Red"] if kind.startswith("choice") else []
        field = create_own_field(label=f"Own {kind}", type=kind, choices=answers, by=alice, at=now)
        made = _prepared(house, customers=_ids(house, "Sam"), values={f"own_{field.key}": value})
        assert made.status_code == 201, (kind, made.content)
        assert made.json()["preview"]["will_change"] == 1, kind
        _worked(house, f"{EDITS}/{made.json()['id']}")
        stands = house.ask("GET", f"/customers/{house.customers['Sam']}", who="Alice").json()["values"]
        assert stands[f"own_{field.key}"] == value
        emptied = _prepared(house, customers=_ids(house, "Sam"), values={f"own_{field.key}": None}).json()
        assert _worked(house, f"{EDITS}/{emptied['id']}")["changed"] == 1, kind


def test_what_is_not_theirs_is_counted_and_left(house: House) -> None:
    _opened(house)
    made = _prepared(house, "Sam", customers=[*_ids(house), "1"], values={"city": "Lille"}).json()
    preview = made["preview"]
    assert (preview["will_change"], preview["refused"], preview["missing"]) == (1, 1, 2)
    done = _worked(house, f"{EDITS}/{made['id']}", who="Sam")
    assert (done["customers"], done["changed"], done["refused"]) == (2, 1, 1)
    assert [card(house.customers[name]).city for name in ("Sam", "nobody", "Cléo")] == ["Lille", "Lyon", "Lyon"]


def test_it_starts_once_and_is_undone_once(house: House) -> None:
    made = _prepared(house, customers=_ids(house), values={"city": "Lyon"}).json()
    address = f"{EDITS}/{made['id']}"
    early = house.ask("POST", f"{address}/undo", who="Alice")
    assert (early.status_code, early.json()["code"]) == (409, "bulk_state")
    answers = [house.ask("POST", f"{address}/start", who="Alice", Idempotency_Key="s") for _time in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert house.ask("POST", f"{address}/start", who="Alice").status_code == 409
    run_until_idle(queues=("quick", "heavy"))
    assert house.ask("POST", f"{address}/undo", who="Alice").status_code == 202
    assert house.ask("POST", f"{address}/undo", who="Alice").status_code == 409


def test_only_the_key_that_looked_at_it_starts_it(house: House) -> None:
    made = _prepared(house, customers=_ids(house), values={"city": "Lyon"}).json()
    address = f"{EDITS}/{made['id']}"
    _opened(house)
    for method, place in (("GET", ""), ("POST", "/start"), ("POST", "/undo")):
        assert house.ask(method, f"{address}{place}").status_code == 404, "it is Alice’s"
    at = timezone.now()
    other = make_key(name="Other", user=house.users["Alice"], scopes=["customers:write"], by=SYSTEM, at=at).token
    assert house.ask("GET", address, token=other).status_code == 200
    assert house.ask("POST", f"{address}/start", token=other).status_code == 403
    assert BulkRun.objects.get().state == "preview"


def test_it_takes_the_right_and_the_scope(house: House) -> None:
    asked = {"customers": _ids(house, "Sam"), "values": {"city": "Lyon"}}
    assert house.ask("POST", EDITS, asked).status_code == 403, "sellers edit one by one unless an owner lets them"
    assert house.ask("POST", EDITS, asked, who="Ray").status_code == 403
    at = timezone.now()
    reading = make_key(name="R", user=house.users["Alice"], scopes=["customers:read"], by=SYSTEM, at=at).token
    refused = house.ask("POST", EDITS, asked, token=reading)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    _opened(house)
    set_field_rule(role="seller", attribute="city", may="read", by=SYSTEM, at=at)
    closed = house.ask("POST", EDITS, asked)
    assert (closed.status_code, closed.json()["code"]) == (403, "field_closed")
    assert not BulkRun.objects.exists()


@pytest.mark.parametrize(
    ("asked", "status", "at"),
    [
        ({"values": {"city": "Lyon"}}, 422, "body.customers"),
        ({"customers": ["5"], "filter": EVERYBODY, "values": {"city": "Lyon"}}, 422, "body.customers"),
        ({"customers": ["5"], "words": "x", "values": {"city": "Lyon"}}, 422, "body.words"),
        ({"customers": ["5"]}, 422, "body.values"),
        ({"customers": ["5"], "values": {"city": "Lyon"}, "remove": True}, 422, "body.values"),
        ({"customers": ["5"], "values": {"city": "Lyon", "country": "FR"}}, 422, "body.values"),
        ({"customers": ["5"], "values": {"moon": "full"}}, 422, "body.values.moon"),
        ({"customers": ["5"], "values": {"customer_since": "soon"}}, 422, "body.values.customer_since"),
        ({"customers": ["5"], "values": {"value": 5}}, 422, "body.values.value"),
        ({"customers": ["5"], "add_tags": ["5"]}, 422, "body.add_tags"),
        ({"customers": ["5"], "remove_tags": ["5"]}, 422, "body.remove_tags"),
        ({"filter": {}, "values": {"city": "Lyon"}}, 422, "body.filter"),
        ({"customers": [str(one) for one in range(501)], "values": {"city": "Lyon"}}, 422, "body.customers"),
        ({"customers": ["5"], "values": {"name": "Everybody"}}, 409, ""),
        ({"customers": ["5"], "values": {"email": "all@example.org"}}, 409, ""),
    ],
)
def test_what_cannot_be_done_to_many_is_refused_where_it_stands(
    house: House, asked: dict[str, Any], status: int, at: str
) -> None:
    answer = house.ask("POST", EDITS, asked, who="Alice")
    assert answer.status_code == status, answer.content
    assert not at or answer.json()["fields"][0]["at"] == at
    assert not BulkRun.objects.exists()
