"""docs/rules/retention.md: retention and attrition counted and valued, growth that adds up, concentration."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleuve.value.rules.bands import bands_of, limits_of
from fleuve.value.rules.horizons import horizon_of, needs_of
from fleuve.value.rules.periods import complete_periods, month_end
from fleuve.value.rules.retention import (
    Spending,
    growth_between,
    kept_between,
    lorenz,
    share_of_first,
    top_share,
)


def spending(*rows: tuple[int, int, bool]) -> Spending:
    before, now, known = (np.array(column) for column in zip(*rows, strict=True))
    return Spending(before, now, before > 0, now > 0, known.astype(bool))


# docs/rules/retention.md, "Five customers": before, now, known before.
FIVE = spending((100, 150, True), (100, 40, True), (100, 0, True), (0, 70, True), (0, 30, False))


def test_five_customers_are_kept_and_lost_in_heads_and_money() -> None:
    kept = kept_between(FIVE)
    assert (kept.customers, kept.kept, kept.lost) == (3, 2, 1)
    assert kept.retention == pytest.approx(2 / 3)
    assert kept.attrition == pytest.approx(1 / 3)
    assert kept.money_retention_gross == pytest.approx(140 / 300)
    assert kept.money_retention_net == pytest.approx(190 / 300)
    assert kept.money_lost == 100


def test_the_growth_of_five_customers_adds_up() -> None:
    growth = growth_between(FIVE)
    assert (growth.before, growth.new, growth.returned) == (300, 30, 70)
    assert (growth.grown, growth.shrunk, growth.lost, growth.now) == (50, 60, 100, 290)


def test_nothing_to_keep_has_no_rate() -> None:
    assert kept_between(spending((0, 5, False))).retention is None


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**12), st.booleans()), min_size=1, max_size=50))
def test_growth_is_an_exact_sum_and_attrition_the_rest_of_retention(rows: list[tuple[int, int, bool]]) -> None:
    split = spending(*((before, now, known or before > 0) for before, now, known in rows))
    growth, kept = growth_between(split), kept_between(split)
    assert growth.before + growth.new + growth.returned + growth.grown - growth.shrunk - growth.lost == growth.now
    assert kept.kept + kept.lost == kept.customers
    assert kept.money_kept_gross <= min(kept.money_before, kept.money_kept_net)


def test_a_quarter_needs_its_three_months() -> None:
    months = [201012, *range(201101, 201112)]
    assert [period.key for period in complete_periods("quarter", months)] == [201101, 201104, 201107]
    assert complete_periods("year", months) == []
    assert month_end(201202) == date(2012, 2, 29)


def test_concentration_counts_the_best_first() -> None:
    money = [50, 30, 10, 5, 5, 0, 0]
    assert top_share(money, 2) == pytest.approx(0.8)
    assert share_of_first(money, 0.10) == pytest.approx(0.5)
    assert lorenz(money, 5)[-1] == (1.0, 1.0)
    assert lorenz([0, 0]) == []


def test_bands_have_limits_that_people_remember() -> None:
    money = np.concatenate([np.arange(1, 100) * 1_000, [0, -5]])
    limits = limits_of(money)
    assert limits == (100_000, 50_000, 20_000)
    assert bands_of([120_000, 50_000, 49_999, 10, 0, -5], limits).tolist() == [1, 2, 3, 4, 0, 0]
    assert limits_of([]) == ()


# docs/models/valuation.md, "Horizon": first day, last day, months (nothing when too short).
HORIZONS = [
    (date(2010, 12, 1), date(2011, 12, 9), 6, date(2011, 6, 9)),
    (date(2010, 1, 1), date(2010, 7, 3), 3, date(2010, 4, 3)),
    (date(2008, 1, 1), date(2012, 1, 1), 12, date(2011, 1, 1)),
]


@pytest.mark.parametrize(("first", "last", "months", "cut"), HORIZONS)
def test_the_horizon_is_what_history_can_check(first: date, last: date, months: int, cut: date) -> None:
    horizon = horizon_of(first, last)
    assert horizon is not None
    assert (horizon.months, horizon.cut) == (months, cut)


def test_too_little_is_named_with_what_is_there() -> None:
    assert horizon_of(date(2020, 1, 1), date(2020, 5, 1)) is None
    needs = needs_of(date(2020, 1, 1), date(2020, 5, 1), 12)
    assert [(need.code, need.needed, need.have) for need in needs] == [("months", 6, 3), ("repeat_buyers", 50, 12)]
    assert needs_of(None, None, 0)[0].have == 0
    assert needs_of(date(2018, 1, 1), date(2020, 5, 1), 50) == []
