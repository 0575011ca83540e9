"""docs/models/valuation.md: out of time without a leak, ranges that hold, and the refusal to guess."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest

from fleuve.value.estimation.backtest import back_test, list_test, missed_by
from fleuve.value.estimation.customers import customers_as_of
from fleuve.value.estimation.days import HeldPurchases, PurchaseDays, day_number
from fleuve.value.estimation.models import Fit, fit_groups, predict
from fleuve.value.estimation.portfolio import groups_by_kind, value_portfolio
from fleuve.value.rules.honesty import (
    BackTest,
    ListJudgement,
    own_rhythm_is_better,
    relative_error,
    widest_range,
)
from fleuve.value.rules.horizons import horizon_of
from fleuve.value.tests.conftest import CDNOW_FIRST, CDNOW_LAST
from fleuve.value.tests.histories import (
    FIRST,
    WatchedPurchases,
    all_together,
    question,
    random_history,
    shop,
)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_ranges_hold_on_cdnow_with_a_level_learned_earlier(cdnow: HeldPurchases) -> None:
    horizon = horizon_of(CDNOW_FIRST, CDNOW_LAST)
    assert horizon is not None
    test = back_test(cdnow, CDNOW_FIRST, CDNOW_LAST, horizon, all_together, rng())
    assert test is not None
    assert 0.75 <= test.coverage <= 0.85
    assert test.ranges_hold
    # BG/NBD and its kin under-forecast CDNOW: the error is there to widen the range, not hidden.
    assert test.predicted < test.came
    assert max(test.errors) > 0.1
    lists = list_test(cdnow, CDNOW_FIRST, CDNOW_LAST)
    assert lists is not None
    assert lists.own.length == lists.naive.length


def test_a_back_test_reads_nothing_after_its_cut_to_learn() -> None:
    """Purchases after the cut are multiplied by a thousand: what was predicted does not move by a penny."""
    purchases = random_history(500, 500, seed=3)
    days = purchases.days
    horizon = horizon_of(FIRST, FIRST + timedelta(days=499))
    assert horizon is not None
    late = days.day > day_number(horizon.cut)
    poisoned = HeldPurchases(
        PurchaseDays(days.party, days.day, *(np.where(late, x * 1000, x) for x in (days.money, days.revenue)))
    )
    as_of = FIRST + timedelta(days=499)
    plain = back_test(purchases, FIRST, as_of, horizon, all_together, rng())
    other = back_test(poisoned, FIRST, as_of, horizon, all_together, rng())
    assert plain is not None
    assert other is not None
    assert (other.predicted, other.model, other.levels_before) == (plain.predicted, plain.model, plain.levels_before)
    assert other.came > 100 * plain.came


def test_a_valuation_never_asks_beyond_its_day() -> None:
    held = random_history(300, 500, seed=4)
    watched = WatchedPurchases(held.days)
    asked = question(held, 400)
    found = value_portfolio(asked.__class__(**{**vars(asked), "purchases": watched}))
    assert found.outlook is not None
    assert all(day is not None and day <= asked.as_of for day in watched.asked)


def test_too_little_history_says_what_it_needs() -> None:
    found = value_portfolio(question(random_history(60, 100, seed=1), 100))
    assert found.outlook is None
    assert [need.code for need in found.needs] == ["months", "repeat_buyers"]
    assert not found.facts.is_slipping.any(), "a list that nothing could judge is not shown"
    assert found.facts.statement["concentration"]["customers"] > 0, "facts are there all the same"


def test_a_shop_where_nobody_came_back_is_not_valued() -> None:
    found = value_portfolio(question(shop(**{f"c{day}": [day] for day in range(0, 400, 3)}), 400))
    assert found.outlook is None
    assert [(need.code, need.have) for need in found.needs] == [("repeat_buyers", 0)]
    assert set(found.facts.stage) <= {"new", "one_time"}


def test_one_time_buyers_and_newcomers_carry_the_average_of_their_group() -> None:
    found = value_portfolio(question(random_history(600, 500, seed=5), 500))
    assert found.outlook is not None
    people, predicted = found.facts.customers, found.outlook.predicted
    once = people.purchases == 1
    assert once.any()
    assert not predicted.is_personal[once].any()
    month = people.first.astype("datetime64[D]").astype("datetime64[M]")
    for started in np.unique(month[once]):
        assert np.unique(predicted.value[once & (month == started)]).size == 1
    assert found.outlook.rows.size == predicted.is_personal.sum() < len(people)


def test_the_same_question_has_the_same_answer() -> None:
    asked = question(random_history(300, 400, seed=6), 400)
    one, other = value_portfolio(asked).outlook, value_portfolio(asked).outlook
    assert one is not None
    assert other is not None
    assert (one.value, one.low, one.high, one.test) == (other.value, other.low, other.high, other.test)
    assert np.array_equal(one.ranges.low, other.ranges.low)


def test_honesty_and_fits_survive_a_row_of_the_database() -> None:
    outlook = value_portfolio(question(random_history(300, 400, seed=6), 400)).outlook
    assert outlook is not None
    assert BackTest.from_json(json.loads(json.dumps(outlook.test.to_json()))) == outlook.test
    fit = outlook.fits["all"]
    assert Fit.from_json(json.loads(json.dumps(fit.to_json()))) == fit


def test_margin_scales_values_and_ranges_alike() -> None:
    held = random_history(400, 400, seed=11)
    days = held.days
    halved = HeldPurchases(PurchaseDays(days.party, days.day, days.money // 2, days.revenue))
    whole, half = (value_portfolio(question(history, 400)).outlook for history in (held, halved))
    assert whole is not None
    assert half is not None
    assert half.value == pytest.approx(whole.value / 2, rel=1e-3)
    assert half.ranges.high.sum() == pytest.approx(whole.ranges.high.sum() / 2, rel=1e-2)


def test_businesses_and_consumers_are_fitted_apart_when_both_are_many() -> None:
    held = random_history(900, 500, seed=12, leave=0.001)
    ids = np.unique(held.days.party)
    cut = FIRST + timedelta(days=499)
    apart = groups_by_kind({"person": ids[::2], "organisation": ids[1::2]}, held, cut)
    assert set(apart(ids)) == {"person", "organisation"}
    few = groups_by_kind({"person": ids[:-20], "organisation": ids[-20:]}, held, cut)
    assert set(few(ids)) == {"all"}
    assert set(groups_by_kind({}, held, cut)(ids)) == {"all"}


BOTH = {"even": "BetaGeometric", "odd": "BetaGeometric"}


def test_groups_do_not_borrow_from_each_other() -> None:
    held = random_history(900, 500, seed=12, leave=0.001)
    customers = customers_as_of(held.days, FIRST + timedelta(days=499))
    group = np.where(customers.ids % 2 == 0, "even", "odd")
    both = predict(fit_groups(BOTH, customers, group), customers, group, 100, 20)
    rows = group == "even"
    alone = fit_groups(
        BOTH,
        customers_as_of(held.days.where(held.days.party % 2 == 0), FIRST + timedelta(days=499)),
        np.full(rows.sum(), "even"),
    )
    assert alone["even"] == fit_groups(BOTH, customers, group)["even"]
    assert both.value[rows].sum() > 0


# docs/models/valuation.md, "The range of the total": total, spread, errors, low, high, decided by.
WIDEST = [
    (1_000, 60, (0.0,), 940, 1_060, "parameters"),
    (1_000, 60, (0.12,), 887, 1_127, "backtest"),
    (1_000, 60, (0.30, 0.12), 741, 1_350, "backtest"),
    (1_000, 60, (float("inf"),), 100, 10_000, "backtest"),
    (1_000, 2_200, (0.0,), 0, 3_200, "parameters"),  # customers owe nothing: at worst they bring nothing
    (-1_000, 60, (0.0,), -1_000, -940, "parameters"),  # sold at a loss: less than nothing is not looked below
]


@pytest.mark.parametrize(("total", "spread", "errors", "low", "high", "decided_by"), WIDEST)
def test_the_range_of_a_total_is_the_wider_of_two(
    total: int, spread: float, errors: tuple[float, ...], low: int, high: int, decided_by: str
) -> None:
    assert widest_range(total, spread, errors) == (low, high, decided_by)


def test_twice_too_high_is_as_wrong_as_twice_too_low() -> None:
    assert relative_error(50, 100) == pytest.approx(relative_error(200, 100))
    assert relative_error(0, 100) == float("inf")
    assert relative_error(0, 0) == 0


def test_a_hold_out_in_which_nothing_came_is_a_miss_that_can_be_stored() -> None:
    assert missed_by(100, 0) == pytest.approx(2.302585)
    assert missed_by(50, 100) == relative_error(50, 100)


def judged(right: int, caught: int, length: int = 100) -> ListJudgement:
    return ListJudgement(length, right, caught, 20, right // 5, caught // 5)


@pytest.mark.parametrize(
    ("own", "naive", "uses_own"),
    [
        (judged(59, 260), judged(57, 240), True),
        (judged(56, 260), judged(57, 240), True),
        (judged(50, 260), judged(57, 240), False),
        (judged(59, 240), judged(57, 240), False),
        (judged(0, 0, 0), judged(0, 0, 0), False),
    ],
)
def test_where_the_naive_list_is_as_good_it_is_used(own: ListJudgement, naive: ListJudgement, uses_own: bool) -> None:
    """docs/rules/slipping.md, "Which list is used"."""
    assert own_rhythm_is_better(own, naive) is uses_own
