"""Budgets against a numerical optimiser, ranges against explicit draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fleuve_analytics import (
    BetaGeometric,
    GammaGamma,
    ModifiedBetaGeometricRegular,
    ParetoNBD,
)
from fleuve_analytics.backtest import money_ranges, predictive_interval
from fleuve_analytics.equity import (
    Range,
    Response,
    ResponseRange,
    budget_ranges,
    evaluate_budgets,
    optimal_budgets,
    payback_period,
    value_of_moving,
)
from scipy.optimize import minimize

CASES = [
    (50.0, 0.10, Response(1, 0.04, 0.10), Response(8, 0.60, 0.80)),
    (30.0, 0.05, Response(2, 0.10, 0.30), Response(3, 0.70, 0.90, base_rate=0.5)),
    (200.0, 0.15, Response(10, 0.05, 0.50, base_rate=0.01), Response(20, 0.40, 0.60)),
]


@pytest.mark.parametrize(("margin", "interest", "acquisition", "retention"), CASES)
def test_the_exact_budget_is_where_a_search_ends(
    margin: float, interest: float, acquisition: Response, retention: Response
) -> None:
    answers: dict[str, Any] = {
        "margin": margin,
        "discount_rate": interest,
        "acquisition": acquisition,
        "retention": retention,
    }

    def loss(spends: Any) -> float:
        won, kept = np.abs(spends)
        return -evaluate_budgets(**answers, acquisition_spend=won, retention_spend=kept).equity_per_prospect

    found = minimize(loss, [5, 10], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000})
    best = optimal_budgets(**answers)
    # A search that compares values can place a flat top to the square root of their precision only.
    assert [best.acquisition_spend, best.retention_spend] == pytest.approx(np.abs(found.x), abs=1e-4)
    assert best.equity_per_prospect == pytest.approx(-found.fun, rel=1e-10)


def test_known_answers_give_a_range_of_one_point() -> None:
    margin, interest, acquisition, retention = CASES[1]
    known = Range.known
    ranges = budget_ranges(
        margin=known(margin),
        discount_rate=known(interest),
        acquisition=ResponseRange(known(2), known(0.10), known(0.30)),
        retention=ResponseRange(known(3), known(0.70), known(0.90), known(0.5)),
        rng=np.random.default_rng(1),
    )
    best = optimal_budgets(margin=margin, discount_rate=interest, acquisition=acquisition, retention=retention)
    assert ranges.best == best
    for name in ("acquisition_spend", "retention_spend", "lifetime_value", "equity_per_prospect"):
        found = getattr(ranges, name)
        assert [found.low, found.high] == pytest.approx([getattr(best, name)] * 2, rel=1e-12)
    assert ranges.matters == {}


def test_a_small_move_returns_the_difference_of_the_marginal_euros() -> None:
    margin, interest, acquisition, retention = CASES[0]
    move = value_of_moving(
        0.01,
        margin=margin,
        discount_rate=interest,
        acquisition=acquisition,
        retention=retention,
        acquisition_spend=1,
        retention_spend=8,
        prospects=10_000,
        customers=2_000,
    )
    assert move.gain / 0.01 == pytest.approx(move.euro_in_keeping - move.euro_in_acquiring, rel=1e-5)


@pytest.mark.parametrize("cost", np.linspace(1, 75, 38))
@pytest.mark.parametrize(("retention", "interest"), [(0.8, 0.1), (0.95, 0.02), (1.0, 0.0), (0.0, 0.1)])
def test_payback_equals_adding_up(cost: float, retention: float, interest: float) -> None:
    total, answer = 0.0, None
    for period in range(2_000):
        total += 20 * (retention / (1 + interest)) ** period
        if total >= cost - 1e-12:
            answer = period
            break
    assert payback_period(cost, 20, retention, interest) == answer


@pytest.mark.parametrize(
    "model", [BetaGeometric(), ParetoNBD(), ModifiedBetaGeometricRegular(k=2)], ids=lambda model: type(model).__name__
)
def test_fast_ranges_equal_ranges_from_draws_of_each_customer(model: Any, cdnow: Any) -> None:
    buying = model.fit(cdnow.frequency, cdnow.recency, cdnow.age)
    spend = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend)
    people = [1, 2, 6, 12], [10.0, 25.0, 36.0, 38.0], [38.0, 38.0, 38.0, 38.5]
    means = [20.0, 60.0, 15.0, 35.0]
    fast = money_ranges(buying, spend, 39, *people, means, level=0.8, rng=np.random.default_rng(1), draws=40_000)
    made = buying.sample_future_purchases(39, *people, 40_000, np.random.default_rng(2))
    money = spend.sample_total_spend(made, people[0], means, np.random.default_rng(3))
    scale = spend.gamma + np.array(people[0]) * means
    step = scale * spend.p / (spend.p * np.array(people[0]) + spend.q)
    low, high = predictive_interval(money, 0.8, step)
    # Two ranges of nearly the same length may lie far apart, so lengths and contents are compared, not ends. A share of
    # 40,000 draws is known to .002, and a quantile where futures are thin (just above nothing) to some hundredths.
    held = (money >= fast.low[:, np.newaxis]) & (money <= fast.high[:, np.newaxis])
    # Where nothing is likelier than the level, nothing is the range.
    assert held.mean(axis=1) == pytest.approx(np.maximum(0.8, fast.chance_of_none), abs=0.01)
    lengths = [np.log1p(ends[1] / step) - np.log1p(ends[0] / step) for ends in ((fast.low, fast.high), (low, high))]
    assert lengths[0] == pytest.approx(lengths[1], rel=0.02, abs=0.03)
    assert fast.chance_of_none == pytest.approx((made == 0).mean(axis=1), abs=0.01)
