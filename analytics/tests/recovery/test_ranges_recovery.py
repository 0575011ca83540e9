"""Ranges hold what they promise: in a made-up world by themselves, in real shops after learning on an earlier fold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from fleuve_analytics import BetaGeometric, GammaGamma, ModifiedBetaGeometric, split_table
from fleuve_analytics.backtest import MoneyRanges, calibrate_level, covered, money_ranges
from fleuve_analytics.datasets import cdnow_sample_purchases
from fleuve_analytics.history import SplitTable
from fleuve_analytics.simulate import simulate_beta_geometric, simulate_gamma_gamma


def test_in_a_world_that_obeys_the_models_the_nominal_level_is_the_coverage() -> None:
    rng = np.random.default_rng(11)
    world = simulate_beta_geometric(rng.integers(30, 52, 12_000), 40, r=1.5, alpha=6, a=0.5, b=4, rng=rng)
    mean, true_mean = simulate_gamma_gamma(world.frequency, p=6, q=4, gamma=15, rng=rng)
    came = np.zeros(len(mean))
    buys = world.future > 0
    came[buys] = rng.gamma(6 * world.future[buys]) * true_mean[buys] / 6
    repeat = world.frequency > 0
    data = world.frequency[repeat], world.recency[repeat], world.age[repeat]
    buying = BetaGeometric().fit(world.frequency, world.recency, world.age)
    spend = GammaGamma().fit(world.frequency, mean)
    ranges = money_ranges(buying, spend, 40, *data, mean[repeat], level=0.80, rng=rng)
    inside = covered(ranges.low, ranges.high, came[repeat])
    # Only people whose chance of nothing is below the level: the others' [0, 0] covers more than is asked. A share
    # over 6,000 people is known to half a point; shortest windows among 1,000 draws flatter themselves by about one.
    split = ranges.chance_of_none < 0.8
    assert inside[split].mean() == pytest.approx(0.80, abs=0.025)
    assert inside[~split].mean() >= 0.80


def _judge(model: Any, early: SplitTable, late: SplitTable) -> tuple[float, float, MoneyRanges]:
    """Level learned on the early fold, ranges made for the late one: its coverage, the level, the ranges."""
    buying, spend = _fit(model, early)
    learned = calibrate_level(buying, spend, early, rng=np.random.default_rng(1))
    assert learned.is_reached
    buying, spend = _fit(model, late)
    repeat = late.frequency > 0
    data = late.frequency[repeat], late.recency[repeat], late.age[repeat], late.mean_spend[repeat]
    ranges = money_ranges(buying, spend, late.horizon, *data, level=learned.level, rng=np.random.default_rng(2))
    return float(covered(ranges.low, ranges.high, late.holdout_spend[repeat]).mean()), learned.level, ranges


def _fit(model: Any, table: SplitTable) -> tuple[Any, Any]:
    return model.fit(table.frequency, table.recency, table.age), GammaGamma().fit(table.frequency, table.mean_spend)


@pytest.mark.parametrize("model", [BetaGeometric(), ModifiedBetaGeometric()], ids=lambda model: type(model).__name__)
def test_eighty_per_cent_ranges_cover_cdnow(model: Any, cdnow_halves: SplitTable) -> None:
    """39 weeks seen, 39 judged; the level comes from the first 39 weeks, cut in the middle."""
    early = split_table(
        cdnow_sample_purchases(),
        customer="customer_id",
        at="date",
        spend="dollars",
        calibration_end=date(1997, 5, 17),
        holdout_end=cdnow_halves.until,
    )
    coverage, _, ranges = _judge(model, early, cdnow_halves)
    assert 0.75 <= coverage <= 0.85
    assert (ranges.low <= ranges.high).all()


@pytest.mark.parametrize("model", [BetaGeometric(), ModifiedBetaGeometric()], ids=lambda model: type(model).__name__)
def test_eighty_per_cent_ranges_cover_online_retail(model: Any, online_retail_days: pa.Table) -> None:
    """Seen until 8 June 2011, the half-year after judged; the level from the first half, cut in the middle."""
    columns: dict[str, Any] = {"customer": "customer", "at": "day", "spend": "spend"}
    days = date(2011, 3, 7), date(2011, 6, 8), date(2011, 12, 9)
    early, late = (
        split_table(online_retail_days, **columns, calibration_end=start, holdout_end=end)
        for start, end in pairwise(days)
    )
    assert (late.frequency > 0).sum() > 1_300
    coverage, _, _ = _judge(model, early, late)
    assert 0.75 <= coverage <= 0.85


def test_a_fold_in_which_nothing_fits_is_said_to_be_unreached(cdnow_halves: SplitTable) -> None:
    buying, spend = _fit(BetaGeometric(), cdnow_halves)
    wild = replace(cdnow_halves, holdout_spend=np.full(len(cdnow_halves), 1e9))
    assert not calibrate_level(buying, spend, wild, rng=np.random.default_rng(1), draws=50).is_reached
