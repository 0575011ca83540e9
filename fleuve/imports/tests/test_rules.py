"""The tables of docs/rules/imports.md, *What a file may change* and *Somebody who is there already*."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleuve.imports.rules import MATCH_KEYS, RULES, Handling, Matched, Verdict, judge, match

_TEXTS = st.sampled_from(["", "Lyon", "Paris", "Lille"])


@pytest.mark.parametrize(
    ("rule", "stored", "above", "told", "expected"),
    [
        ("update", "Lyon", "", "Paris", Verdict("updated", writes=True)),
        ("update", "", "", "Paris", Verdict("filled", writes=True)),
        ("update", "Lyon", "Lille", "Paris", Verdict("below", writes=True)),
        ("update", "Lyon", "", "", Verdict("same")),
        ("fill", "Lyon", "", "Paris", Verdict("left")),
        ("fill", "", "", "Paris", Verdict("filled", writes=True)),
        ("win", "Lyon", "Lille", "Paris", Verdict("won", writes=True, clears=True)),
        ("win", "Paris", "Lille", "Paris", Verdict("won", clears=True)),
        ("win", "Lyon", "Paris", "Paris", Verdict("updated", writes=True)),
        ("never", "", "", "Paris", Verdict("same")),
    ],
)
def test_what_a_file_may_change(rule: Any, stored: str, above: str, told: str, expected: Verdict) -> None:
    assert judge(rule, stored=stored, told=told, above=above) == expected


@given(st.sampled_from(RULES), _TEXTS, _TEXTS)
def test_a_later_row_of_the_file_only_fills_blanks(rule: Any, stored: str, told: str) -> None:
    verdict = judge(rule, stored=stored, told=told, above="Lille", is_first=False)
    assert verdict.writes == (stored == "" and told != "" and rule != "never")
    assert not verdict.clears


@given(st.sampled_from(RULES), _TEXTS, _TEXTS, _TEXTS)
def test_the_same_file_again_changes_nothing(rule: Any, stored: str, told: str, above: str) -> None:
    first = judge(rule, stored=stored, told=told, above=above)
    after = told if first.writes else stored
    again = judge(rule, stored=after, told=told, above="" if first.clears else above)
    assert not again.writes
    assert not again.clears


def test_a_kind_that_nobody_told_counts_as_blank() -> None:
    assert judge("fill", stored="unknown", told="person") == Verdict("filled", writes=True)
    assert judge("win", stored="person", told="unknown") == Verdict("same")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"email": [1]}, Matched("email", 1)),
        ({"email": [1, 2], "phone": [2]}, Matched("phone", 2)),
        ({"email": [1, 2]}, Matched("email", None, (1, 2))),
        ({"email": [1, 2], "phone": [2, 3]}, Matched("email", None, (1, 2, 3))),
        ({"email": [], "phone": [3, 3]}, Matched("phone", 3)),
        ({}, Matched()),
        ({"legal_id": [4]}, Matched()),  # nobody chose that key
    ],
)
def test_somebody_who_is_there_already(found: dict[str, list[int]], expected: Matched) -> None:
    assert match(("email", "phone"), found) == expected


@given(
    st.dictionaries(st.sampled_from(["city", "phone", "company"]), st.sampled_from(RULES)),
    st.lists(st.sampled_from(MATCH_KEYS), unique=True),
    st.booleans(),
    st.booleans(),
)
def test_a_handling_survives_its_storage(rules: Any, keys: list[str], creates: bool, updates: bool) -> None:
    handling = Handling(rules, tuple(keys), creates, updates)
    assert Handling.from_json(handling.to_json()) == handling


def test_without_a_word_everything_follows_the_file() -> None:
    handling = Handling.from_json({"rules": {"city": "sometimes"}, "match": ["colour"]})
    assert handling == Handling()
    assert handling.rule("city") == "update"
    assert Handling({"company": "fill"}).rule("company", "customer_name") == "fill"
