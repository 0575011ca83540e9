"""What the spend model accepts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSpend
from fleuve_analytics.numerics import FloatArray

__all__ = ["checked_spend"]


def checked_spend(frequency: npt.ArrayLike, mean_spend: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Both arrays as floats of one shape; `InvalidSpend` where a repeat buyer has no positive mean spend.

    The mean spend of somebody without repeat purchase is not looked at (it may be NaN) and comes back as zero.
    """
    x, spend = (np.asarray(part, dtype=np.float64) for part in (frequency, mean_spend))
    try:
        x, spend = np.broadcast_arrays(x, spend)
    except ValueError:
        raise InvalidSpend(
            f"Frequency and mean spend have {x.size} and {spend.size} values. Give one of each per customer.",
            code="lengths_differ",
        ) from None
    if not np.isfinite(x).all() or (x < 0).any():
        raise InvalidSpend("A frequency is missing or negative. Build it with purchase_table.", code="frequency")
    spend = np.where(x > 0, spend, 0.0)
    wrong = (x > 0) & ~(np.isfinite(spend) & (spend > 0))
    if wrong.any():
        raise InvalidSpend(
            f"{int(wrong.sum())} repeat buyers have a mean spend that is missing, zero or negative (first: row "
            f"{int(np.flatnonzero(wrong)[0])}). Leave out purchases that were reversed, or these customers.",
            code="not_positive",
            rows=tuple(int(row) for row in np.flatnonzero(wrong)[:10]),
        )
    return x, spend
