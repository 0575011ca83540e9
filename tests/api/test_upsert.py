"""Many customers in one request: what became of each row, and that sending it again changes nothing."""

from __future__ import annotations

from typing import Any

from fleuve.changes.models import Change
from fleuve.parties.models import Party, PartyCard
from tests.api.house import House


def _send(house: House, rows: list[dict[str, Any]], who: str = "Sam", **more: Any) -> Any:
    body = {"match": ["customer_number", "email"], "customers": rows, **more}
    return house.ask("POST", "/customers/upsert", body, who=who)


def _outcomes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["outcome"] for row in answer.json()["rows"]]


ROWS: list[dict[str, Any]] = [
    {"customer_number": "C-1", "city": "Lille"},
    {"email": "Duval@customers.example", "phone": "+33 1 99 00 12 34"},
    {"customer_number": "N-1", "name": "Neuve SA", "email": "neuve@customers.example"},
    {"customer_number": "N-1", "name": "Neuve SAS"},
    {"customer_number": "C-2", "name": "Somebody of Cléo’s"},
    {"customer_number": "C-3", "city": "Nantes"},
    {"name": "Broken", "email": "not an address"},
    {"name": "Broken", "colour": "red"},
    {"city": "Nowhere"},
]


def test_every_row_is_told_by_itself_in_the_order_sent(house: House) -> None:
    answer = _send(house, ROWS)
    assert _outcomes(answer) == [
        "updated", "updated", "created", "updated", "refused", "refused", "refused", "refused", "refused",
    ]  # fmt: skip
    told = answer.json()
    assert (told["created"], told["updated"], told["unchanged"], told["refused"]) == (1, 3, 0, 5)
    rows = told["rows"]
    assert rows[0]["id"] == rows[1]["id"] == str(house.customers["Sam"])
    assert rows[2]["id"] == rows[3]["id"]
    assert [row["code"] for row in rows[4:]] == [
        "looks_like_another", "permission_refused", "value_wrong", "value_wrong", "nameless",
    ]  # fmt: skip
    assert rows[6]["at"] == "values.email"
    assert rows[7]["at"] == "values.colour"
    card = PartyCard.objects.get(pk=house.customers["Sam"])
    assert (card.city, card.email, card.phone) == ("Lille", "duval@customers.example", "+33199001234")
    assert PartyCard.objects.get(pk=house.customers["Cléo"]).name == "Nord SA"


def test_sent_again_everything_is_unchanged(house: House) -> None:
    rows = [ROWS[0], ROWS[1], {**ROWS[2], "name": "Neuve SAS"}]
    _send(house, rows)
    written, parties = Change.objects.count(), Party.objects.count()
    assert _outcomes(_send(house, rows)) == ["unchanged"] * 3
    assert (Change.objects.count(), Party.objects.count()) == (written, parties)


def test_a_field_may_be_filled_only_where_nothing_stands(house: House) -> None:
    rows = [{"customer_number": "C-1", "city": "Lille", "legal_id": "552 100 554"}]
    answer = _send(house, rows, rules={"city": "fill", "legal_id": "fill"})
    assert _outcomes(answer) == ["updated"]
    told = house.ask("GET", f"/customers/{house.customers['Sam']}").json()["values"]
    assert (told["city"], told["legal_id"]) == ("Lyon", "552 100 554")


def test_creating_or_changing_can_be_left_out(house: House) -> None:
    rows = [{"customer_number": "C-1", "city": "Lille"}, {"customer_number": "N-1", "name": "Neuve SA"}]
    assert _outcomes(_send(house, rows, create=False)) == ["updated", "refused"]
    assert _outcomes(_send(house, rows, update=False)) == ["unchanged", "created"]


def test_two_customers_with_one_key_refuse_the_row(house: House) -> None:
    first = {"values": {"name": "Twin", "email": "twin@customers.example"}}
    house.ask("POST", "/customers", first)
    house.ask("POST", "/customers", {**first, "allow_duplicate": True})
    answer = _send(house, [{"email": "twin@customers.example", "city": "Lille"}])
    assert _outcomes(answer) == ["refused"]
    assert answer.json()["rows"][0]["code"] == "ambiguous"


def test_a_key_that_only_reads_refuses_all_of_it(house: House) -> None:
    answer = _send(house, ROWS, who="Ray")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_refused")
    assert not Change.objects.exists()


def test_a_thousand_rows_are_taken_and_no_more(house: House) -> None:
    rows = [{"customer_number": f"T-{number}", "name": f"Tiers {number}"} for number in range(1001)]
    assert _send(house, rows).status_code == 422
    assert Party.objects.count() == 3


def test_the_change_history_says_that_a_program_did_it(house: House) -> None:
    _send(house, [ROWS[0]])
    change = Change.objects.get(field="city")
    assert (change.origin, change.party_id) == ("api", house.customers["Sam"])
    assert "Sam" in change.actor_label
