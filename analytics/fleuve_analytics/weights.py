"""How many customers each row stands for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["checked_weights"]


def checked_weights(weights: npt.ArrayLike | None, count: int) -> FloatArray:
    """One weight of zero or more per row, ones by default; `InvalidSetting` otherwise."""
    if weights is None:
        return np.ones(count)
    weight = np.asarray(weights, dtype=np.float64).ravel()
    if weight.size != count or not np.isfinite(weight).all() or (weight < 0).any():
        raise InvalidSetting(
            f"Weights must be {count} numbers of zero or more, one per customer.",
            code="weights",
            count=int(weight.size),
        )
    return weight
