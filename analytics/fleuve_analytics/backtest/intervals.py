"""The shortest range that holds a given share of possible futures."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.shares import require_level

__all__ = ["covered", "predictive_interval", "shortest_interval"]

# Shares of draws are compared after rounding errors of this size: 0.8 of 1,000 draws is 800, not 801.
SLACK = 1e-9


def predictive_interval(
    draws_of_money: npt.ArrayLike, level: float = 0.80, step: npt.ArrayLike = math.inf
) -> tuple[FloatArray, FloatArray]:
    """Low and high end of the shortest range that holds `level` of each customer's possible futures.

    draws_of_money: customers × draws, as `sample_total_spend` gives them. step: what length means. Infinite (default):
    a euro is a euro everywhere. A sum of money (one, or one per customer, such as a typical purchase): lengths are
    measured on the scale ln(1 + money/step), where above the step equal *ratios* are equally long. A shock that
    multiplies everybody's spend, such as a season or a price rise, then costs such a range the least coverage, since
    what it loses at one end it gains at the other.

    Where nothing at all comes in `level` of the futures or more, the range is [0, 0]: it then holds more than it must,
    because chance cannot be split finer.

    >>> low, high = predictive_interval([[0, 0, 0, 10, 50], [5, 6, 7, 8, 90]], level=.8)
    >>> low.tolist(), high.tolist()
    ([0.0, 5.0], [10.0, 8.0])
    """
    require_level(level)
    draws = np.sort(np.atleast_2d(np.asarray(draws_of_money, dtype=np.float64)), axis=1)
    steps = np.broadcast_to(np.asarray(step, dtype=np.float64), len(draws))[:, np.newaxis]
    if not (steps > 0).all():
        raise InvalidSetting("The step must be a sum of money above zero.", code="step")
    by_ratio = np.isfinite(steps)
    finite = np.where(by_ratio, steps, 1.0)
    low, high = shortest_interval(np.where(by_ratio, np.log1p(draws / finite), draws), np.ones(len(draws)), level)
    ratio = by_ratio[:, 0]
    for ends in (low, high):
        ends[ratio] = finite[ratio, 0] * np.expm1(ends[ratio])
    return low, high


def shortest_interval(draws: FloatArray, alive: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """The shortest range per row when the sorted `draws` hold only with chance `alive`, and else nothing comes.

    Either the range starts at zero and counts the chance that nothing comes, or it lies above zero without it.
    """
    count = draws.shape[1]
    none = 1 - alive * (draws > 0).mean(axis=1)
    with np.errstate(divide="ignore"):
        needed = np.ceil(count * (level - (1 - alive)) / alive - SLACK).clip(1, count).astype(np.int64)
    rows = np.arange(len(draws))
    low, high = np.zeros(len(draws)), np.where(none >= level - SLACK, 0.0, draws[rows, needed - 1])
    above = np.flatnonzero((none < level - SLACK) & (1 - none >= level - SLACK))
    if above.size:
        low[above], high[above] = _shorter_above_zero(draws[above], alive[above], level, high[above])
    return low, high


def _shorter_above_zero(
    draws: FloatArray, alive: FloatArray, level: float, high: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Among ranges of positive draws, the shortest one where it beats [0, high]."""
    count = draws.shape[1]
    needed = np.ceil(count * level / alive - SLACK).clip(1, count).astype(np.int64)[:, np.newaxis]
    starts = np.arange(count)
    ends = starts + needed - 1
    tops = np.take_along_axis(draws, np.minimum(ends, count - 1), axis=1)
    widths = np.where((ends < count) & (draws > 0), tops - draws, math.inf)
    best = widths.argmin(axis=1)
    rows = np.arange(len(draws))
    better = widths[rows, best] < high
    return np.where(better, draws[rows, best], 0.0), np.where(better, tops[rows, best], high)


def covered(low: npt.ArrayLike, high: npt.ArrayLike, came: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """True where what came lies in the range, ends included; a thousandth of a cent of rounding is forgiven."""
    money = np.asarray(came, dtype=np.float64)
    return np.asarray((money >= np.asarray(low) - 1e-5) & (money <= np.asarray(high) + 1e-5), dtype=np.bool_)
