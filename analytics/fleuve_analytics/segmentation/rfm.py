"""Recency, frequency and money in scores: the oldest segmentation, with its choices said aloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from fleuve_analytics.history import PurchaseTable
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["RFMScores", "quantile_scores", "rfm_scores"]

Ties = Literal["together", "spread"]
Order = Literal["independent", "nested"]


@dataclass(frozen=True, eq=False)
class RFMScores:
    """Scores from 1 (least) to `bins` (best) of n customers; arrays of shape (n,).

    recency: `bins` for those who bought most recently; frequency; money.
    """

    recency: IntArray
    frequency: IntArray
    money: IntArray
    bins: int

    @property
    def cell(self) -> IntArray:
        """One number per combination, 0 for (1, 1, 1) to bins³ − 1 for the best: ((R−1)·bins + F−1)·bins + M−1."""
        return ((self.recency - 1) * self.bins + self.frequency - 1) * self.bins + self.money - 1

    @property
    def labels(self) -> npt.NDArray[np.str_]:
        """Scores as practitioners write them, "5-4-3" for recency 5, frequency 4, money 3."""
        columns = (part.astype(str) for part in (self.recency, self.frequency, self.money))
        first, second, third = columns
        return np.char.add(np.char.add(np.char.add(np.char.add(first, "-"), second), "-"), third)


def rfm_scores(
    table: PurchaseTable, *, bins: int = 5, order: Order = "independent", ties: Ties = "together"
) -> RFMScores:
    """Score every customer of a purchase table by recency, frequency and money.

    Recency is the time since the last purchase day, frequency the number of purchase days, money the total spent.
    order: "independent" cuts each of the three into `bins` parts of about equal size; "nested" cuts frequency within
    each score of recency, and money within each pair of the two, so that all cells are of about equal size (Hughes
    1994, whose nested order this is). ties: see `quantile_scores`.

    Raises `InvalidSetting`, `NotEnoughData`.
    Reference: Hughes (1994), "Strategic Database Marketing"; Fader, Hardie & Lee (2005), "RFM and CLV", Journal of
    Marketing Research 42(4), on what the three figures are sufficient for.

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> scores = rfm_scores(cdnow_sample(), bins=3, ties="spread")
    >>> scores.labels[:3].tolist(), np.bincount(scores.recency)[1:].tolist()
    (['3-3-3', '1-2-3', '1-1-1'], [786, 785, 786])
    """
    if order not in ("independent", "nested"):
        raise InvalidSetting("The order of scoring is independent or nested.", code="order")
    freshness, frequency, money = table.recency - table.age, table.frequency.astype(np.float64), table.spend_total
    first = quantile_scores(freshness, bins=bins, ties=ties)
    if order == "independent":
        second, third = (quantile_scores(part, bins=bins, ties=ties) for part in (frequency, money))
        return RFMScores(first, second, third, bins)
    second = _within(first, frequency, bins, ties)
    third = _within(first * (bins + 1) + second, money, bins, ties)
    return RFMScores(first, second, third, bins)


def quantile_scores(values: npt.ArrayLike, *, bins: int, ties: Ties = "together") -> IntArray:
    """Scores from 1 to `bins` by rank, lowest values first.

    A customer's rank is the share of customers below her, equal values counted half (mid-rank); the score is the part
    of the unit interval that the rank falls in. ties: "together" gives equal values equal scores, whence parts of
    unequal size, some perhaps empty (half of a list may have bought once); "spread" breaks ties by row order, whence
    equal sizes and equal customers with different scores: only for a design that needs equal cells.

    >>> quantile_scores([1, 1, 1, 2, 9], bins=5).tolist()
    [2, 2, 2, 4, 5]
    >>> quantile_scores([1, 1, 1, 2, 9], bins=5, ties="spread").tolist()
    [1, 2, 3, 4, 5]
    """
    from scipy.stats import rankdata

    if bins < 1 or int(bins) != bins:
        raise InvalidSetting(f"The number of bins is a whole number from 1 on, not {bins}.", code="bins")
    if ties not in ("together", "spread"):
        raise InvalidSetting("Ties are scored together or spread.", code="ties")
    value: FloatArray = np.asarray(values, dtype=np.float64).ravel()
    if value.size == 0:
        raise NotEnoughData("There is no customer to score. Load purchases first.", code="empty")
    if not np.isfinite(value).all():
        raise InvalidSetting("A figure to score is missing or infinite. Leave out those customers.", code="values")
    rank: Any = rankdata(value, method="average" if ties == "together" else "ordinal")
    # The middle of the rank, so that n values in n bins get the scores 1 to n.
    return np.asarray(np.floor((rank - 0.5) * bins / value.size) + 1, dtype=np.int64)


def _within(group: IntArray, values: FloatArray, bins: int, ties: Ties) -> IntArray:
    scores = np.zeros(group.size, dtype=np.int64)
    for one in np.unique(group):
        rows = group == one
        scores[rows] = quantile_scores(values[rows], bins=bins, ties=ties)
    return scores
