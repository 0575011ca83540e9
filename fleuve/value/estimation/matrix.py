"""Where high begins, read off the data the first time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from fleuve_analytics.segmentation import quadrants

from fleuve.value.rules.matrix import Borders

__all__ = ["borders_of"]


def borders_of(value: npt.NDArray[np.int64], loyalty: npt.NDArray[np.float64]) -> Borders:
    """High value: the richest who together bring half of it. High loyalty: the median chance of buying again."""
    found = quadrants(value, loyalty)
    return Borders(round(found.value_threshold), float(found.loyalty_threshold))
