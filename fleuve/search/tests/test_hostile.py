from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fleuve.search.queries import find
from fleuve.search.tests.cast import ALICE, Things

HOSTILE = [
    '" OR NEAR(',
    'a" OR "b',
    "'; DROP TABLE search_document; --",
    "%%%",
    "___",
    "*",
    "NOT AND OR",
    "text:jean",
    "\x00\x01",
    "^ ^ ^",
    "customer^",
    "{}[]()",
    "ﷺ" * 50,
    "🙂🙂🙂",
    "ab " * 20_000,
    "x" * 60_000,
    "0" * 60_000,
]


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_is_typed_makes_an_error(customers: Things, typed: str) -> None:
    customers.put(1, "Jean Li", body="text")
    find(typed, ALICE)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_whatever_is_stored_is_found_by_its_own_title(customers: Things, title: str) -> None:
    customers.put(1, title)
    find(title, ALICE)


def test_a_percent_sign_or_underscore_matches_nothing_by_itself(customers: Things) -> None:
    customers.put(1, "Jean Li")
    assert not find("%", ALICE)
    assert not find("j_an", ALICE)
