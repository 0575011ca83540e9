"""What the spend model accepts."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSpend
from fleuve_analytics.numerics import FloatArray

__all__ = ["checked_spend", "side_by_side"]


def checked_spend(frequency: npt.ArrayLike, mean_spend: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Both arrays as floats of one shape; `InvalidSpend` where a repeat buyer has no positive mean spend.

    The mean spend of somebody without repeat purchase is not looked at (it may be NaN) and comes back as zero.
    """
    x, spend = (np.asarray(part, dtype=np.float64) for part in side_by_side(frequency, mean_spend))
    if not np.isfinite(x).all() or (x < 0).any():
        raise InvalidSpend("A frequency is missing or negative. Build it with purchase_table.", code="frequency")
    repeat = x > 0
    spend = np.where(repeat, spend, 0.0)
    wrong = repeat != ((spend > 0) & (spend < np.inf))
    if wrong.any():
        raise InvalidSpend(
            f"{int(wrong.sum())} repeat buyers have a mean spend that is missing, zero or negative (first: row "
            f"{int(np.flatnonzero(wrong)[0])}). Leave out purchases that were reversed, or these customers.",
            code="not_positive",
            rows=tuple(int(row) for row in np.flatnonzero(wrong)[:10]),
        )
    return x, spend


def side_by_side(frequency: npt.ArrayLike, mean_spend: npt.ArrayLike) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Both as numbers in arrays of one shape, without copying where they are; `InvalidSpend` where lengths differ."""
    x, spend = (_numbers(part) for part in (frequency, mean_spend))
    try:
        x, spend = np.broadcast_arrays(x, spend)
    except ValueError:
        raise InvalidSpend(
            f"Frequency and mean spend have {x.size} and {spend.size} values. Give one of each per customer.",
            code="lengths_differ",
        ) from None
    return x, spend


def _numbers(values: npt.ArrayLike) -> npt.NDArray[Any]:
    found = np.asarray(values)
    return found if found.dtype.kind in "iuf" else found.astype(np.float64)
