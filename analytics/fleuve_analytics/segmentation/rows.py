"""What the mixtures see: checked rows, equal ones counted once, in an order that does not depend on the caller's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.weights import checked_weights

__all__ = ["Rows", "checked_features", "distinct_rows"]


@dataclass(frozen=True, eq=False)
class Rows:
    """Distinct rows (m, p) with how many customers share each (m,)."""

    values: FloatArray
    weight: FloatArray

    @property
    def total(self) -> float:
        return float(self.weight.sum())

    def drawn(self, count: int, rng: np.random.Generator) -> Rows:
        """About `count` rows drawn by lot, when there are many more."""
        if len(self.weight) <= 2 * count:
            return self
        kept = np.sort(rng.choice(len(self.weight), count, replace=False))
        return Rows(self.values[kept], self.weight[kept])


def checked_features(features: npt.ArrayLike, width: int | None = None) -> FloatArray:
    """Features as floats of shape (n, p); `InvalidSetting` when one is missing or their number is not `width`."""
    values = np.asarray(features, dtype=np.float64)
    if values.ndim != 2 or (width is not None and values.shape[1] != width):
        expected = "one column per feature" if width is None else f"{width} columns"
        raise InvalidSetting(f"Features come as one row per customer and {expected}.", code="features")
    wrong = ~np.isfinite(values).all(axis=1)
    if wrong.any():
        raise InvalidSetting(
            f"{int(wrong.sum())} customers have a missing or infinite feature (first: row {int(np.argmax(wrong))}). "
            "Fill it in or leave them out.",
            code="features",
        )
    return values


def distinct_rows(values: FloatArray, weights: npt.ArrayLike | None) -> Rows:
    """Equal rows become one with the sum of their weights; `NotEnoughData` when nobody is left."""
    weight = checked_weights(weights, len(values))
    values, weight = values[weight > 0], weight[weight > 0]
    if weight.size == 0:
        raise NotEnoughData("There is no customer to learn from. Load purchases first.", code="empty")
    order = np.lexsort(values.T[::-1])
    values, weight = values[order], weight[order]
    new = np.ones(len(values), dtype=bool)
    new[1:] = (np.diff(values, axis=0) != 0).any(axis=1)
    starts = np.flatnonzero(new)
    return Rows(values[starts], np.add.reduceat(weight, starts))
