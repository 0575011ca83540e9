"""Customers with a rhythm of their own, gap by gap, whose rhythm or baskets may change on a known day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from fleuve_analytics.numerics import FloatArray, require_positive

if TYPE_CHECKING:
    from fleuve_analytics.churn.gaps import GapTable

__all__ = ["simulate_rhythms"]


def simulate_rhythms(
    mean_gap: npt.ArrayLike,
    shape: npt.ArrayLike,
    *,
    days: float,
    rng: np.random.Generator,
    change_at: float = np.inf,
    gap_factor: float = 1.0,
    basket_factor: float = 1.0,
    basket_spread: float = 0.5,
) -> GapTable:
    """Everybody buys on day 0 and then at Gamma gaps of her own mean (days) and shape until `days` have passed.

    Gaps that begin after `change_at` are gap_factor times as long, and baskets after it basket_factor times as large.
    Baskets are log-normal: personal medians spread by 1 in the logarithm around 30, single ones by `basket_spread`.
    mean_gap, shape: one per customer, (n,), or one for all.

    >>> rng = np.random.default_rng(2)
    >>> table = simulate_rhythms(np.full(400, 10.0), 4.0, days=365.0, rng=rng)
    >>> round(float(table.gaps.value.mean()), 1)
    9.9
    """
    # Imported here, as the models of churn look at models that are simulated beside this one.
    from fleuve_analytics.churn.gaps import GapTable

    mean, k = (np.atleast_1d(part).astype(np.float64) for part in np.broadcast_arrays(mean_gap, shape))
    require_positive(days=days, gap_factor=gap_factor, basket_factor=basket_factor, basket_spread=basket_spread)
    now, going, rounds = np.zeros(mean.size), np.arange(mean.size), []
    last = now.copy()
    while going.size:
        gap = rng.gamma(k[going], mean[going] / k[going]) * np.where(now[going] >= change_at, gap_factor, 1.0)
        # Two purchases at the very same moment would be one.
        gap = np.maximum(gap, 1e-6)
        now[going] += gap
        seen = now[going] <= days
        going, gap = going[seen], gap[seen]
        last[going] = now[going]
        rounds.append((going, gap, now[going].copy()))
    who, gaps, moments = (np.concatenate([part[place] for part in rounds]) for place in range(3))
    order = np.argsort(who, kind="stable")
    counts = np.bincount(who, minlength=mean.size)
    spends = _spends(counts, moments[order], (change_at, basket_factor, basket_spread), rng)
    return GapTable.of(np.arange(mean.size), gaps[order], counts, days - last, spends)


def _spends(
    counts: npt.NDArray[np.int64], moments: FloatArray, change: tuple[float, float, float], rng: np.random.Generator
) -> FloatArray:
    """One basket at the start and one at the end of each gap."""
    change_at, factor, spread = change
    starts = np.cumsum(counts) - counts
    when = np.insert(moments, starts, 0.0)
    median = np.repeat(np.log(30.0) + rng.normal(size=counts.size), counts + 1)
    return np.asarray(
        np.exp(median + rng.normal(0, spread, when.size)) * np.where(when > change_at, factor, 1.0), dtype=np.float64
    )
