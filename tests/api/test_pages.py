"""Lists in pages: every row once, in order, within reach; cursors that nobody can make up."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from fleuve.parties.tests.cast import customer
from tests.api.house import House


def _names(house: House, who: str = "Sam", **query: object) -> list[str]:
    """The names of all pages, two rows at a time, by following ``next``."""
    found: list[str] = []
    after = ""
    for _page in range(50):
        asked = {"limit": 2, "columns": "name", **query, **({"after": after} if after else {})}
        answer = house.ask("GET", f"/customers?{urlencode(asked)}", who=who)
        assert answer.status_code == 200, answer.content
        told = answer.json()
        found += [row["values"]["name"] for row in told["items"]]
        after = told["next"]
        assert ('rel="next"' in answer.get("Link", "")) == bool(after)
        if not after:
            return found
    raise AssertionError("the pages never end")


def _more(house: House) -> None:
    for number in range(7):
        city = "Lyon" if number % 2 else ""
        customer(f"M-{number}", owner=house.users["Sam"].principal, name=f"Maison {number}", city=city)


def test_following_next_shows_every_customer_within_reach_once_and_in_order(house: House) -> None:
    _more(house)
    expected = sorted(["Duval SARL", "Ouest SA", *(f"Maison {number}" for number in range(7))])
    assert _names(house) == expected
    assert _names(house, sort="-name") == expected[::-1]
    assert sorted(_names(house, sort="city")) == expected
    assert sorted(_names(house, sort="-last_purchase_on")) == expected
    assert "Nord SA" in _names(house, who="Alice")


def test_a_filter_words_a_count_and_groups_speak_of_the_same_customers(house: House) -> None:
    _more(house)
    lyon = json.dumps({"all": [{"key": "city", "operator": "is", "value": "Lyon"}]})
    there = _names(house, filter=lyon)
    counted = house.ask("GET", f"/customers/count?{urlencode({'filter': lyon})}").json()
    assert counted["count"] == len(there) == 5
    groups = house.ask("GET", "/customers/groups?by=city&sums=revenue_total").json()
    assert {one["key"]: one["customers"] for one in groups["items"]} == {"Lyon": 5, None: 4}
    assert groups["whole"]["customers"] == 9
    assert _names(house, words="maison 3") == ["Maison 3"]


def test_only_the_columns_asked_for_are_told(house: House) -> None:
    row = house.ask("GET", "/customers?columns=city,value&limit=1").json()["items"][0]
    assert set(row["values"]) == {"city", "value"}


def test_what_is_not_understood_is_refused_at_its_place(house: House) -> None:
    for query, at in (
        ("sort=nothing", "query.sort"),
        ("columns=name,nothing", "query.columns"),
        ("filter={", "query.filter"),
        ("filter=" + '{"key":"city","operator":"is"}', "query.filter"),
        ("after=abcd", "query.after"),
        ("limit=0", "query.limit"),
        ("limit=201", "query.limit"),
        ("filtre=x", "query.filtre"),
    ):
        answer = house.ask("GET", f"/customers?{query}")
        assert answer.status_code == 422, (query, answer.content)
        assert answer["Content-Type"] == "application/problem+json"
        assert [one["at"] for one in answer.json()["fields"]] == [at]


def test_a_cursor_of_one_order_opens_no_other_and_none_can_be_made_up(house: House) -> None:
    _more(house)
    after = house.ask("GET", "/customers?limit=2&sort=name").json()["next"]
    assert house.ask("GET", f"/customers?limit=2&sort=city&after={after}").status_code == 422
    forged = after[:-4] + "AAAA"
    assert house.ask("GET", f"/customers?limit=2&sort=name&after={forged}").status_code == 422
    assert house.ask("GET", f"/tags?after={after}").status_code == 422
