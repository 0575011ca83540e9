"""The exact optimum of the customer equity test, element by element: one call answers for many combinations.

Letters as in `budgets`: m margin, d interest, A and R spends per prospect and customer, k steepness and c reach of a
response.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fleuve_analytics.numerics import FloatArray

__all__ = ["best_acquisition_spend", "best_retention_spend", "lifetime_value"]


def lifetime_value(
    margin: npt.ArrayLike, discount_rate: npt.ArrayLike, retention_spend: npt.ArrayLike, retention_rate: npt.ArrayLike
) -> FloatArray:
    """LTV = (m(1+d) − R)/(1 + d − r), element by element."""
    m, d, spend, kept = (
        np.asarray(part, dtype=np.float64) for part in (margin, discount_rate, retention_spend, retention_rate)
    )
    return np.asarray((m * (1 + d) - spend) / (1 + d - kept), dtype=np.float64)


def best_retention_spend(
    margin: npt.ArrayLike,
    discount_rate: npt.ArrayLike,
    steepness: npt.ArrayLike,
    reach: npt.ArrayLike,
    ceiling: npt.ArrayLike,
) -> FloatArray:
    """R*, element by element, where one more euro on keeping returns exactly one euro; 0 where none ever does.

    With M = m(1+d), c the reach, k the steepness and u = k(M − R) − 1, the condition c·k·e^(−kR)(M − R) = 1 + d − r(R)
    becomes u·e^u = (1 + d − ceiling)/c · e^(kM − 1). The omega function solves it without ever forming e^(kM).
    """
    from scipy.special import wrightomega

    m, d, k, c, top = (
        np.asarray(part, dtype=np.float64) for part in (margin, discount_rate, steepness, reach, ceiling)
    )
    whole = m * (1 + d)
    with np.errstate(divide="ignore", invalid="ignore"):
        u = wrightomega(np.log((1 + d - top) / c) + k * whole - 1)
        spend = np.where(k > 0, whole - (1 + u) / k, 0.0)
    return np.asarray(np.maximum(spend, 0.0), dtype=np.float64)


def best_acquisition_spend(worth: npt.ArrayLike, steepness: npt.ArrayLike, reach: npt.ArrayLike) -> FloatArray:
    """A* = ln(k·c·LTV)/k, element by element; 0 where even the first euro does not come back."""
    value, k, c = (np.asarray(part, dtype=np.float64) for part in (worth, steepness, reach))
    first = k * c * value
    with np.errstate(divide="ignore", invalid="ignore"):
        spend = np.where(first > 1, np.log(first) / k, 0.0)
    return np.asarray(spend, dtype=np.float64)
