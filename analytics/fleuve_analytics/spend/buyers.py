"""Those who bought again, read some thousands of rows at a time, so that millions are never copied as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSpend
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.spend.checks import checked_spend, side_by_side
from fleuve_analytics.weights import checked_weights

__all__ = ["RepeatBuyers", "repeat_buyers"]

# Rows at a time: what is made of them stays in the processor's own memory, and calls are few.
BLOCK = 16_384


@dataclass(frozen=True, eq=False)
class RepeatBuyers:
    """Checked columns of the caller, of shape (n,), whose rows without a repeat purchase or weight are passed over."""

    frequency: npt.NDArray[Any]
    mean_spend: npt.NDArray[Any]
    weight: FloatArray

    def __iter__(self) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
        """Frequency, mean spend and weight of some people after the other."""
        for rows in _blocks(self.frequency.size):
            x, spend, weight = self.frequency[rows], self.mean_spend[rows], self.weight[rows]
            # By number: several times faster than by a mask.
            kept = np.flatnonzero((x > 0) & (weight > 0))
            if kept.size:
                yield x.take(kept).astype(np.float64), spend.take(kept).astype(np.float64), weight.take(kept)

    def totals(self) -> tuple[float, float]:
        """How many people they are, and how many repeat purchases they made."""
        people = purchases = 0.0
        for rows in _blocks(self.frequency.size):
            x, weight = self.frequency[rows], self.weight[rows]
            people += float(weight @ (x > 0))
            purchases += float(weight @ x)
        return people, purchases


def repeat_buyers(frequency: npt.ArrayLike, mean_spend: npt.ArrayLike, weights: npt.ArrayLike | None) -> RepeatBuyers:
    """Check the columns; raises `InvalidSpend` or `InvalidSetting` (weights)."""
    x, spend = (np.atleast_1d(part).ravel() for part in side_by_side(frequency, mean_spend))
    for rows in _blocks(x.size):
        try:
            checked_spend(x[rows], spend[rows])
        except InvalidSpend:
            # The whole knows which rows and how many.
            checked_spend(x, spend)
    weight = np.broadcast_to(1.0, x.size) if weights is None else checked_weights(weights, x.size)
    return RepeatBuyers(x, spend, weight)


def _blocks(size: int) -> Iterator[slice]:
    return (slice(start, start + BLOCK) for start in range(0, size, BLOCK))
