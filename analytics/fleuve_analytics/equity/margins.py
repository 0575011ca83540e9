"""What a margin is worth once retention and interest are counted."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["margin_multiple", "payback_period"]


def margin_multiple(retention: npt.ArrayLike, discount_rate: npt.ArrayLike) -> FloatArray:
    """By how much to multiply a yearly margin to get the value of a customer: r / (1 + i − r).

    Assumptions: margin, retention and interest stay as they are for ever; the first margin comes in a year. Add exactly
    1 when a first margin is earned today.

    retention: share kept from one year to the next (0 to 1); discount_rate: yearly interest. Shapes broadcast.

    Reference: Gupta & Lehmann (2003), "Customers as Assets", Journal of Interactive Marketing 17(1).

    >>> round(float(margin_multiple(.80, .12)), 2)
    2.5
    """
    kept, interest = np.asarray(retention, dtype=np.float64), np.asarray(discount_rate, dtype=np.float64)
    if not ((kept >= 0) & (kept <= 1) & (interest >= 0)).all() or (1 + interest - kept <= 0).any():
        raise InvalidSetting(
            "Retention must lie between 0 and 100 % and the discount rate at zero or above; with no interest, "
            "retention must stay below 100 %.",
            code="retention",
        )
    return np.asarray(kept / (1 + interest - kept), dtype=np.float64)


def payback_period(cost: float, margin: float, retention: float, discount_rate: float) -> int | None:
    """Number of periods after which the discounted margins of a customer have repaid her cost; None for never.

    The least n with Σ over t from 0 to n of margin · retention^t / (1 + discount_rate)^t ≥ cost. A cost that the first
    margin covers gives 0.

    >>> payback_period(45, margin=20, retention=.8, discount_rate=.10)
    2
    """
    if not (0 <= retention <= 1 and discount_rate >= 0 and math.isfinite(cost) and math.isfinite(margin)):
        raise InvalidSetting(
            "Retention must lie between 0 and 100 %, the discount rate at zero or above.", code="rates"
        )
    if cost <= margin:
        return 0
    kept = retention / (1 + discount_rate)
    if margin <= 0 or kept == 0 or (kept < 1 and margin / (1 - kept) < cost):
        return None
    if kept == 1:
        return math.ceil(cost / margin) - 1
    missing = 1 - cost * (1 - kept) / margin
    if missing <= 0:
        return None  # repaid exactly, but only after infinite time
    periods = max(0, math.ceil(math.log(missing) / math.log(kept) - 1))
    # The logarithm may land a rounding away from a whole number: let the sum itself decide.
    while periods > 0 and margin * (1 - kept**periods) / (1 - kept) >= cost:
        periods -= 1
    while margin * (1 - kept ** (periods + 1)) / (1 - kept) < cost * (1 - 1e-15):
        periods += 1
    return periods
