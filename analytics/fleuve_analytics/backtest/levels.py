"""Which nominal level really covers what is promised: learned on an earlier fold of the same history."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fleuve_analytics.backtest.intervals import covered
from fleuve_analytics.backtest.ranges import DRAWS, Buying, Futures, futures
from fleuve_analytics.errors import NotEnoughData
from fleuve_analytics.numerics import IntArray
from fleuve_analytics.shares import require_level
from fleuve_analytics.spend.gamma_gamma import FittedGammaGamma

if TYPE_CHECKING:
    # A fold is passed in: judging needs none of the engine that made it.
    from fleuve_analytics.history import SplitTable

__all__ = ["CalibratedLevel", "calibrate_level"]

LEVELS = np.round(np.arange(0.50, 0.996, 0.005), 3)
# Coverage measured on 20,000 customers is known to a third of a point: more of them would only cost time.
MOST = 20_000
LEAST = 50


@dataclass(frozen=True)
class CalibratedLevel:
    """The nominal level to use so that ranges cover `target`, and what was measured on the earlier fold.

    coverage: share of the fold's customers covered at `level`; coverage_at_target: share covered had the target itself
    been used as level (how far off the plain models are). customers: how many were measured. is_reached: False when
    even the widest ranges tried cover less than the target: then say so instead of showing a range.
    """

    level: float
    target: float
    coverage: float
    coverage_at_target: float
    customers: int
    is_reached: bool


def calibrate_level(
    buying: Buying,
    spend: FittedGammaGamma,
    fold: SplitTable,
    *,
    rng: np.random.Generator,
    target: float = 0.80,
    confidence: float = 0.95,
    draws: int = DRAWS,
) -> CalibratedLevel:
    """The least nominal level whose ranges covered the target on an earlier part of the history.

    Rolling origin: fit both models on the first part of the fold (until `fold.until`), measure on the rest of it, and
    use the level for ranges made later. This is split conformal prediction with "share of possible futures inside the
    range" as score; it assumes that the models err later as they erred in the fold, and nothing about why they err.
    One season is not another: coverage on the fold is asked to exceed the target by as much as luck alone could explain
    at the given one-sided confidence (normal approximation of the binomial), which errs on the wide side for small
    folds.

    Only customers with a repeat purchase count: the others get no range of their own. Somebody whose chance of buying
    nothing exceeds the level gets [0, 0], which covers more than the level; coverage is therefore a promise about the
    share of all customers, not about each.

    Raises `NotEnoughData` below 50 repeat customers. Reference: Vovk, Gammerman & Shafer (2005), "Algorithmic Learning
    in a Random World", chapter 4 (split conformal).
    """
    require_level(target)
    rows = _measured(fold, rng)
    margin = _normal_quantile(confidence) * math.sqrt(target * (1 - target) / rows.size)
    coverage = _Coverage(buying, spend, fold, rows, rng, draws)
    wanted = min(target + margin, 1 - 1 / rows.size)
    # Wider ranges hold more, but for the jitter of the draws: halving asks seven levels instead of a hundred.
    place = bisect_left(range(len(LEVELS)), wanted, key=lambda at: coverage.at(float(LEVELS[at])))
    level = float(LEVELS[min(place, len(LEVELS) - 1)])
    return CalibratedLevel(
        level=level,
        target=target,
        coverage=coverage.at(level),
        coverage_at_target=coverage.at(target),
        customers=int(rows.size),
        is_reached=bool(coverage.at(level) >= target),
    )


def _measured(fold: SplitTable, rng: np.random.Generator) -> IntArray:
    """Customers with a repeat purchase that was paid for, or a fixed number of them drawn by lot."""
    repeat = np.flatnonzero((fold.frequency > 0) & (np.nan_to_num(fold.mean_spend) > 0))
    if repeat.size < LEAST:
        raise NotEnoughData(
            f"Ranges are measured on customers who came back: {LEAST} are needed in the earlier part of the history, "
            f"{repeat.size} are there. Use a longer history.",
            code="few_repeat_buyers",
            needed=LEAST,
            repeat_buyers=int(repeat.size),
        )
    chosen: IntArray = np.sort(rng.choice(repeat, MOST, replace=False)) if repeat.size > MOST else repeat
    return chosen


class _Coverage:
    """Share of customers covered at a level, of futures that are drawn once."""

    def __init__(
        self,
        buying: Buying,
        spend: FittedGammaGamma,
        fold: SplitTable,
        rows: IntArray,
        rng: np.random.Generator,
        draws: int,
    ) -> None:
        self._came = fold.holdout_spend[rows]
        parts = (fold.frequency[rows], fold.recency[rows], fold.age[rows], fold.mean_spend[rows])
        self._futures = list(futures(buying, spend, fold.horizon, *parts, rng, draws))
        self._known: dict[float, float] = {}

    def at(self, level: float) -> float:
        if level not in self._known:
            hits = sum(self._hits(some, level) for some in self._futures)
            self._known[level] = hits / len(self._came)
        return self._known[level]

    def _hits(self, some: Futures, level: float) -> int:
        low, high = some.interval(level)
        return int(covered(low, high, self._came[some.customers]).sum())


def _normal_quantile(share: float) -> float:
    from scipy.special import ndtri

    require_level(share)
    return float(ndtri(share))
