"""The amount of a line, and docs/rules/purchases.md, "6. Already there"."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleuve.touchpoints.rules import line_amount, was_already_there, weeks_already_there


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [(6_000, 25_500, 1530), (1_000, 50, 1), (-1_000, 50, -1), (1_000, 49, 0), (333, 10_000, 33), (0, 10_000, 0)],
)
def test_a_line_is_rounded_half_away_from_zero_once(quantity: int, price: int, amount: int) -> None:
    assert line_amount(quantity, price) == amount


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.sampled_from([0, 2, 3]))
def test_a_line_agrees_with_decimal_arithmetic(quantity: int, price: int, exponent: int) -> None:
    exact = Decimal(quantity) * Decimal(price) * Decimal(10) ** (exponent - 7)
    assert line_amount(quantity, price, exponent) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_the_first_weeks_follow_the_measured_rhythm() -> None:
    assert weeks_already_there([28] * 40) == 4
    assert weeks_already_there([29] * 40) == 5
    assert weeks_already_there([2] * 40) == 1
    assert weeks_already_there([900] * 40) == 26
    assert weeks_already_there([90] * 5) == 4  # too few gaps to measure


@pytest.mark.parametrize(
    ("first_day", "since", "already"),
    [
        (date(2010, 12, 28), None, True),
        (date(2010, 12, 29), None, False),
        (date(2010, 12, 2), date(2010, 12, 1), False),
        (date(2011, 9, 1), date(2004, 5, 1), True),
    ],
)
def test_a_known_customer_since_overrides_the_weeks(first_day: date, since: date | None, already: bool) -> None:
    assert was_already_there(first_day, date(2010, 12, 1), 4, since) is already
