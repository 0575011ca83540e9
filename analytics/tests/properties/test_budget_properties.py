"""What must hold for every answer of the manager, and for every range."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fleuve_analytics.backtest import covered, predictive_interval
from fleuve_analytics.equity import Range, Response, ResponseRange, budget_ranges, evaluate_budgets, optimal_budgets
from fleuve_analytics.errors import InvalidSetting
from hypothesis import assume, given, settings
from hypothesis import strategies as some


@some.composite
def responses(draw: Any) -> Response:
    base, rate, ceiling = sorted(draw(some.floats(0.001, 0.95)) for _ in range(3))
    assume(rate - base > 1e-3 and ceiling - rate > 1e-3)
    return Response(draw(some.floats(0.1, 100)), rate, ceiling, base)


ANSWERS = {
    "margin": some.floats(1, 1_000),
    "discount_rate": some.floats(0.01, 0.5),
    "acquisition": responses(),
    "retention": responses(),
}


@settings(max_examples=150, deadline=None)
@given(**ANSWERS)
def test_at_the_optimum_winning_and_keeping_one_more_cost_what_a_customer_is_worth(**answers: Any) -> None:
    """Pfeifer (2005), "The Optimal Ratio of Acquisition and Retention Costs"; at a spend of zero they cost more."""
    best = optimal_budgets(**answers)
    for response, spend in (
        (answers["acquisition"], best.acquisition_spend),
        (answers["retention"], best.retention_spend),
    ):
        returned = float(response.slope_at(spend)) * best.lifetime_value
        if spend > 0:
            assert returned == pytest.approx(1, rel=1e-7)
        else:
            assert returned <= 1 + 1e-9


@settings(max_examples=100, deadline=None)
@given(**ANSWERS, won=some.floats(0, 200), kept=some.floats(0, 200))
def test_no_other_budget_is_better(won: float, kept: float, **answers: Any) -> None:
    best = optimal_budgets(**answers)
    other = evaluate_budgets(**answers, acquisition_spend=won, retention_spend=kept)
    assert other.equity_per_prospect <= best.equity_per_prospect + 1e-9 * abs(best.lifetime_value)
    assert best.gain_per_prospect >= -1e-9 * abs(best.lifetime_value)


def test_a_margin_near_the_largest_float_does_not_overflow() -> None:
    best = optimal_budgets(
        margin=1e12, discount_rate=0.1, acquisition=Response(1, 0.04, 0.1), retention=Response(8, 0.6, 0.8)
    )
    assert best.retention_rate == pytest.approx(0.8)
    assert np.isfinite(best.equity_per_prospect)


def test_customers_worth_nothing_are_not_bought() -> None:
    best = optimal_budgets(
        margin=0.5, discount_rate=0.1, acquisition=Response(1, 0.04, 0.1), retention=Response(8, 0.6, 0.8)
    )
    assert (best.acquisition_spend, best.retention_spend) == (0, 0)
    assert best.cost_per_customer_won is None


@pytest.mark.parametrize(
    "answers",
    [(0, 0.04, 0.10, 0), (1, 0.10, 0.10, 0), (1, 0.04, 1.01, 0), (1, 0.04, 0.1, 0.05), (1, -0.1, 0.1, -0.2)],
)
def test_answers_that_contradict_each_other_are_refused(answers: tuple[float, float, float, float]) -> None:
    with pytest.raises(InvalidSetting, match=r"spend|Rates"):
        Response(*answers)


def _ranges(width: float, seed: int = 1) -> Any:
    def about(value: float) -> Range:
        return Range(value * (1 - width), value, value * (1 + width))

    return budget_ranges(
        margin=about(50),
        discount_rate=Range.known(0.10),
        acquisition=ResponseRange(Range.known(1), about(0.04), about(0.10)),
        retention=ResponseRange(Range.known(8), about(0.60), about(0.75)),
        rng=np.random.default_rng(seed),
    )


def test_vaguer_answers_widen_every_range_and_the_likely_budget_stays() -> None:
    narrow, wide = _ranges(0.05), _ranges(0.15)
    for name in ("acquisition_spend", "retention_spend", "lifetime_value", "equity_per_prospect", "gain_per_prospect"):
        inner, outer = getattr(narrow, name), getattr(wide, name)
        assert outer.low < inner.low <= inner.likely == outer.likely <= inner.high < outer.high


def test_ranges_hardly_depend_on_the_seed_and_not_at_all_with_the_same() -> None:
    assert _ranges(0.1) == _ranges(0.1)
    first, second = _ranges(0.1).equity_per_prospect, _ranges(0.1, seed=2).equity_per_prospect
    assert [first.low, first.high] == pytest.approx([second.low, second.high], rel=0.03)


def test_contradicting_combinations_are_left_out_and_counted() -> None:
    assert _ranges(0.05).consistent == 1
    assert 0.9 < _ranges(0.15).consistent < 1


@settings(max_examples=60, deadline=None)
@given(
    draws=some.lists(some.floats(0, 1e6), min_size=5, max_size=40),
    level=some.floats(0.05, 0.95),
    step=some.sampled_from([1.0, 100.0, float("inf")]),
)
def test_a_range_holds_at_least_its_level_of_the_draws(draws: list[float], level: float, step: float) -> None:
    low, high = predictive_interval([draws], level, step)
    assert covered(low, high, np.array(draws) * 1.0).mean() >= level - 1e-9
    assert 0 <= low[0] <= high[0]


def test_somebody_likely_to_buy_nothing_has_the_range_of_nothing() -> None:
    low, high = predictive_interval([[0.0] * 85 + [100.0] * 15, [0.0] * 70 + [100.0] * 30], 0.8)
    assert high.tolist() == [0, 100]
    assert low.tolist() == [0, 0]


def test_a_shock_on_everybody_costs_ranges_by_ratio_less_coverage() -> None:
    """Spends half as high again: what the range by ratio loses above it gains below."""
    rng = np.random.default_rng(3)
    draws, shocked = rng.lognormal(3, 1, (200, 2_000)), rng.lognormal(3, 1, (200, 500)) * 1.5

    def coverage(step: float) -> float:
        low, high = predictive_interval(draws, 0.8, step)
        return float(covered(low[:, np.newaxis], high[:, np.newaxis], shocked).mean())

    assert coverage(1.0) > coverage(float("inf")) + 0.03
