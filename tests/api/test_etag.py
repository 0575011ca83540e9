"""Versions: nobody writes over what they have not read, and nobody reads twice what they have."""

from __future__ import annotations

from fleuve.parties.models import Party
from tests.api.house import House


def _address(house: House) -> str:
    return f"/customers/{house.customers['Sam']}"


def test_a_change_without_a_version_is_asked_for_one(house: House) -> None:
    for method in ("PATCH", "DELETE"):
        answer = house.ask(method, _address(house), {"values": {"city": "Lille"}} if method == "PATCH" else None)
        assert (answer.status_code, answer.json()["code"]) == (428, "version_missing")


def test_whoever_comes_second_is_told_what_stands(house: House) -> None:
    tag = house.ask("GET", _address(house))["ETag"]
    first = house.ask("PATCH", _address(house), {"values": {"city": "Lille"}}, If_Match=tag)
    second = house.ask("PATCH", _address(house), {"values": {"city": "Brest"}}, If_Match=tag)
    assert (first.status_code, second.status_code) == (200, 412)
    told = second.json()["values"]
    assert (told["theirs"], told["version"]) == ({"city": "Lille"}, first.json()["version"])
    late = house.ask("DELETE", _address(house), If_Match=tag)
    assert late.status_code == 412
    assert house.ask("GET", _address(house)).json()["values"]["city"] == "Lille"


def test_a_change_that_changes_nothing_keeps_the_version(house: House) -> None:
    tag = house.ask("GET", _address(house))["ETag"]
    answer = house.ask("PATCH", _address(house), {"values": {"name": "Duval SARL"}}, If_Match=tag)
    assert (answer.status_code, answer["ETag"]) == (200, tag)


def test_what_the_caller_has_is_not_sent_again(house: House) -> None:
    tag = house.ask("GET", _address(house))["ETag"]
    for offered in (tag, f'"999", {tag}', f"W/{tag}"):
        answer = house.ask("GET", _address(house), If_None_Match=offered)
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert house.ask("GET", _address(house), If_None_Match='"999"').status_code == 200


def test_a_text_that_is_no_version_is_unreadable(house: House) -> None:
    for given in ("1", "*", 'W/"1"', '"1", "2"', '"one"', ""):
        answer = house.ask("PATCH", _address(house), {"values": {"city": "Lille"}}, If_Match=given)
        assert (answer.status_code, answer.json()["code"]) == (400, "version_malformed"), given
    assert Party.objects.get(pk=house.customers["Sam"]).version == 1
