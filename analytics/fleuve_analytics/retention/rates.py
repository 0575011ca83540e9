"""Retention age by age, as the contracts show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.retention.durations import Durations, checked_durations, risk_table
from fleuve_analytics.shares import share_interval

__all__ = ["RetentionCurve", "expected_lifetime", "retention_curve"]


@dataclass(frozen=True, eq=False)
class RetentionCurve:
    """For each renewal: contracts that came to it, that renewed, the share with its interval, and survival up to it."""

    age: FloatArray
    at_risk: FloatArray
    renewed: FloatArray
    rate: FloatArray
    low: FloatArray
    high: FloatArray
    survival: FloatArray
    level: float


def retention_curve(
    duration: npt.ArrayLike,
    left: npt.ArrayLike,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> RetentionCurve:
    """Of those who came to their first, second, … renewal: the share that renewed.

    Assumptions: cohorts renew alike at the same age, and those who joined before the observation are like the others of
    their age. What `ShiftedBetaGeometric` should reproduce, seen through the bare counts.

    Arguments as in `ShiftedBetaGeometric.fit`; level: of the intervals. Ages that nobody reached are left out.

    Raises `InvalidHistory`, `InvalidSetting` or `NotEnoughData` (empty).

    >>> curve = retention_curve([1, 2, 2, 3], [True, True, False, False], weights=[40, 10, 20, 30])
    >>> curve.at_risk.tolist(), curve.rate.round(3).tolist()
    ([100.0, 60.0, 30.0], [0.6, 0.833, 1.0])
    """
    return _curve(checked_durations(duration, left, entry, weights), level)


def _curve(seen: Durations, level: float) -> RetentionCurve:
    table = risk_table(seen)
    reached = table.at_risk > 0
    if not reached.any():
        raise NotEnoughData("No contract has come to a renewal yet. Wait for the first ones.", code="empty")
    at_risk, renewed = table.at_risk[reached], table.renewed[reached]
    low, high = share_interval(renewed, at_risk, level)
    rate = renewed / at_risk
    return RetentionCurve(
        table.age[reached], at_risk, renewed, rate, low, high, np.asarray(np.cumprod(rate), dtype=np.float64), level
    )


def expected_lifetime(retention: npt.ArrayLike) -> FloatArray:
    """Mean number of periods that a newcomer pays for when the same share renews each time: 1 / (1 − r).

    Assumptions: everybody renews with the same chance for ever. Where customers differ, which they do, the mean chance
    of today understates the lifetime: see `ShiftedBetaGeometric`.

    >>> float(expected_lifetime(0.75))
    4.0
    """
    kept = np.asarray(retention, dtype=np.float64)
    if not ((kept >= 0) & (kept < 1)).all():
        raise InvalidSetting("Retention must lie between 0 and 1, below 1.", code="retention")
    return 1 / (1 - kept)
