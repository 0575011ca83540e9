"""How groups of customers answered, each share with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["ResponseByCell", "response_by_cell", "wilson_interval"]


@dataclass(frozen=True, eq=False)
class ResponseByCell:
    """What each group answered; arrays of shape (cells,), cells in increasing order.

    rate: share who answered; low, high: its Wilson interval; lift: rate over the rate of all. customers and answers are
    counts. `is_above` (`is_below`) says that even the interval adjusted for looking at many cells excludes a break-even
    or base rate: use `distinct_from`.
    """

    cell: npt.NDArray[Any]
    customers: IntArray
    answers: IntArray
    rate: FloatArray
    low: FloatArray
    high: FloatArray
    level: float

    @property
    def lift(self) -> FloatArray:
        """Rate of each group over the rate of all; NaN when nobody answered."""
        base = self.answers.sum() / self.customers.sum()
        return np.full(self.rate.size, np.nan) if base == 0 else np.asarray(self.rate / base)

    def distinct_from(self, rate: float) -> npt.NDArray[np.bool_]:
        """Groups whose rate differs from `rate` however many groups are looked at.

        Each interval is widened to the level 1 − (1 − level)/cells (Bonferroni): the chance that any group is called
        different without being so is at most 1 − level.
        """
        level = 1 - (1 - self.level) / self.rate.size
        low, high = wilson_interval(self.answers, self.customers, level=level)
        return np.asarray((low > rate) | (high < rate), dtype=np.bool_)


def response_by_cell(cell: npt.ArrayLike, answered: npt.ArrayLike, *, level: float = 0.95) -> ResponseByCell:
    """Share of each group (RFM cell, segment, tenth of a score) that answered, with its interval.

    cell: group of each customer, shape (n,); answered: whether she did. Compare groups of one mailing that all were
    mailed: what untouched customers would have done is not in these figures.

    Reference: Wilson (1927), JASA 22, for the interval.

    >>> seen = response_by_cell(["a", "a", "a", "b"], [True, False, False, True])
    >>> seen.cell.tolist(), seen.rate.round(2).tolist(), seen.low.round(2).tolist()
    (['a', 'b'], [0.33, 1.0], [0.06, 0.21])
    """
    group, answer = np.asarray(cell).ravel(), np.asarray(answered).ravel()
    if group.size != answer.size or group.size == 0:
        raise InvalidSetting("One group and one answer per customer are needed.", code="answered")
    if not np.isin(answer, (0, 1)).all():
        raise InvalidSetting("An answer is true or false, for every customer.", code="answered")
    names, place = np.unique(group, return_inverse=True)
    customers = np.bincount(place).astype(np.int64)
    answers = np.bincount(place, weights=answer.astype(np.float64)).round().astype(np.int64)
    low, high = wilson_interval(answers, customers, level=level)
    return ResponseByCell(names, customers, answers, answers / customers, low, high, level)


def wilson_interval(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Wilson's score interval of shares; sound for few trials and for shares of 0 or 1. NaN without a trial.

    >>> low, high = wilson_interval(0, 10)
    >>> round(float(low), 3), round(float(high), 3)
    (0.0, 0.278)
    """
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise InvalidSetting(f"A level lies between 0 and 1, not {level}.", code="level")
    made, count = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    z = float(ndtri((1 + level) / 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(count > 0, made / count, np.nan)
        centre = (share + z * z / (2 * count)) / (1 + z * z / count)
        half = z * np.sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2) / (1 + z * z / count)
    # At 0 and 1 the ends are exact; rounding must not leave the unit interval.
    low = np.where(share == 0, 0.0, np.clip(centre - half, 0, 1))
    high = np.where(share == 1, 1.0, np.clip(centre + half, 0, 1))
    return np.asarray(low), np.asarray(high)
