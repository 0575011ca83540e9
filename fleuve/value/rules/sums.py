"""Exact sums of whole numbers by place."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["sums_by"]

IntArray = npt.NDArray[np.int64]
_EXACT: Final = 2.0**52  # half of what a float holds exactly, so that the sum that is asked is safe itself


def sums_by(values: IntArray, place: IntArray, size: int) -> IntArray:
    """Exact sums of whole numbers by place.

    ``bincount`` adds floats, which hold whole numbers up to 2^53: larger ones are added in two halves.
    """
    if np.abs(values).sum(dtype=np.float64) < _EXACT:
        return np.bincount(place, values, minlength=size).astype(np.int64)
    high, low = np.divmod(values, 2**20)
    halves = (np.bincount(place, half, minlength=size).astype(np.int64) for half in (high, low))
    return next(halves) * 2**20 + next(halves)
