"""A range read off a table is the range drawn for that very history."""

from __future__ import annotations

import numpy as np
import pytest
from fleuve_analytics.backtest import money_ranges
from fleuve_analytics.backtest.tables import RangeTable, range_table
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.lifetime import (
    FittedBetaGeometric,
    FittedBuying,
    FittedModifiedBetaGeometricRegular,
    FittedParetoNBD,
)
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.spend.gamma_gamma import FittedGammaGamma

# Published for CDNOW (Fader, Hardie & Lee 2005; Fader & Hardie 2013): weeks and dollars.
BUYING = FittedBetaGeometric.of(r=0.243, alpha=4.414, a=0.793, b=2.426)
REGULAR = FittedModifiedBetaGeometricRegular.of(r=0.6, alpha=7.0, a=0.5, b=2.0, k=2)
PARETO = FittedParetoNBD.of(r=0.553, alpha=10.578, s=0.606, beta=11.669)
SPEND = FittedGammaGamma.of(p=6.25, q=3.74, gamma=15.44)
HORIZON, LEVEL, DRAWS = 39.0, 0.8, 4_000


def histories(size: int, seed: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Frequencies to 60, ages of 12 to 78 weeks, any recency."""
    rng = np.random.default_rng(seed)
    frequency = np.minimum(1 + rng.geometric(0.15, size), 60).astype(float)
    age = rng.uniform(12, 78, size)
    return frequency, age * rng.uniform(0.2, 1, size), age, rng.gamma(4, 9, size)


@pytest.mark.parametrize("buying", [BUYING, PARETO, REGULAR], ids=["BG/NBD", "Pareto/NBD", "MBG/CNBD-k"])
def test_ends_agree_with_ranges_drawn_one_by_one(buying: FittedBuying) -> None:
    """4,000 draws leave an end in doubt by some per cent; where a range may begin at zero or above it, by more."""
    frequency, recency, age, spend = histories(400, 3)
    rng = np.random.default_rng(4)
    drawn = money_ranges(buying, SPEND, HORIZON, frequency, recency, age, spend, level=LEVEL, rng=rng, draws=DRAWS)
    table = range_table(buying, SPEND, HORIZON, frequency, age, level=LEVEL, rng=rng, draws=DRAWS)
    alive = buying.probability_alive(frequency, recency, age)
    low, high = (end * (SPEND.gamma + frequency * spend) for end in table.unit_ranges(frequency, recency, age, alive))
    same_kind = (drawn.low > 0) == (low > 0.05 * high)
    assert same_kind.mean() > 0.9
    far = np.abs(high / np.maximum(drawn.high, 1.0) - 1)[same_kind & (drawn.high > 5)]
    assert np.median(far) < 0.03
    assert np.quantile(far, 0.9) < 0.15


def test_ends_do_not_move_with_the_unit_of_time() -> None:
    frequency, _recency, age, _spend = histories(50, 5)
    days = FittedBetaGeometric.of(r=0.243, alpha=4.414 * 7, a=0.793, b=2.426)
    tables = [
        range_table(model, SPEND, HORIZON * unit, frequency, age * unit, level=LEVEL, rng=np.random.default_rng(6))
        for model, unit in ((BUYING, 1.0), (days, 7.0))
    ]
    alive = np.linspace(0.1, 1, 50)
    weeks, days_ends = (
        t.unit_ranges(frequency, age * unit, age * unit, alive) for t, unit in zip(tables, (1, 7), strict=True)
    )
    assert np.allclose(weeks, days_ends, rtol=1e-6)


def table_of(frequency: list[float], age: list[float]) -> RangeTable:
    rng = np.random.default_rng(7)
    return range_table(BUYING, SPEND, HORIZON, frequency, age, level=LEVEL, rng=rng, draws=200)


def test_one_history_alone_makes_a_table() -> None:
    low, high = table_of([1.0], [20.0]).unit_ranges([1.0], [20.0], [20.0], [1.0])
    assert 0 <= low[0] < high[0]


def test_who_is_certainly_gone_brings_nothing() -> None:
    low, high = table_of([3.0, 9.0], [20.0, 60.0]).unit_ranges([3.0], [9.0], [30.0], [0.0])
    assert low[0] == high[0] == 0


def test_a_range_widens_with_its_level() -> None:
    frequency, _recency, age, _spend = histories(50, 8)
    ends = [
        range_table(BUYING, SPEND, HORIZON, frequency, age, level=level, rng=np.random.default_rng(9)).unit_ranges(
            frequency, age, age, np.ones(50)
        )
        for level in (0.5, 0.8, 0.95)
    ]
    widths = [(high - low).mean() for low, high in ends]
    assert widths[0] < widths[1] < widths[2]


def test_a_level_is_a_share() -> None:
    with pytest.raises(InvalidSetting):
        range_table(BUYING, SPEND, HORIZON, [1.0], [20.0], level=1.2, rng=np.random.default_rng(1))
