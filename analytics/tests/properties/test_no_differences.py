"""A population whose members all leave alike: the likelihood rises to the wall of the search, and still says enough."""

from __future__ import annotations

import numpy as np
import pytest
from fleuve_analytics import BetaGeometric, GammaGamma, ModifiedBetaGeometric
from fleuve_analytics.backtest.totals import draw_parameters, total_range
from fleuve_analytics.numerics import FloatArray

HORIZON = 365.0


def histories(seed: int, people: int = 330, days: float = 790.0) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Frequency, recency and age of people with rhythms of their own, each leaving after a purchase with 18 %."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(people):
        gap, age, last, bought = rng.gamma(2.0, 30.0) + 7, days * (1 - 0.85 * rng.random() ** 1.3), 0.0, 0
        while rng.random() > 0.18:
            at = last + rng.exponential(gap) + 1
            if at >= age:
                break
            last, bought = at, bought + 1
        rows.append((bought, last, age))
    frequency, recency, age_of_all = np.array(rows, dtype=np.float64).T
    return frequency, np.round(recency), np.ceil(age_of_all)


@pytest.mark.parametrize("model", [BetaGeometric, ModifiedBetaGeometric])
@pytest.mark.parametrize("seed", range(6))
def test_a_population_without_differences_is_fitted(
    model: type[BetaGeometric] | type[ModifiedBetaGeometric], seed: int
) -> None:
    frequency, recency, age = histories(seed)
    fitted = model().fit(frequency, recency, age)
    assert np.isfinite(list(fitted.parameters.values())).all()
    assert 0.08 < fitted.a / (fitted.a + fitted.b) < 0.35


@pytest.mark.parametrize("seed", range(4))
def test_its_total_has_a_range_that_says_something(seed: int) -> None:
    frequency, recency, age = histories(seed)
    rng = np.random.default_rng(seed)
    spent = np.where(frequency > 0, 50 * rng.gamma(20.0, 1 / 20.0, frequency.size), 0.0)
    buying = ModifiedBetaGeometric().fit(frequency, recency, age)
    spend = GammaGamma().fit(frequency, spent)
    found = total_range(buying, spend, HORIZON, frequency, recency, age, spent, judged=(), rng=rng)
    assert 0.5 * found.likely < found.low <= found.likely <= found.high < 2 * found.likely


def test_a_draw_never_leaves_the_ridge() -> None:
    fitted = ModifiedBetaGeometric().fit(*histories(0))
    draws = draw_parameters(fitted, 200, np.random.default_rng(1))
    away = np.log([list(one.parameters.values()) for one in draws]) - np.log(list(fitted.parameters.values()))
    assert np.abs(away).max() < 5
