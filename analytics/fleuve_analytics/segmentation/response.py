"""How groups of customers answered, each share with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray, IntArray
from fleuve_analytics.shares import share_interval

__all__ = ["ResponseByCell", "response_by_cell"]


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
        low, high = share_interval(self.answers, self.customers, level)
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
    low, high = share_interval(answers, customers, level)
    return ResponseByCell(names, customers, answers, answers / customers, low, high, level)
