"""Purchases to come, counted less the later they come.

A purchase at time t counts e^(−δt). With M(t) the mean number of purchases within t, the discounted number within a
horizon H is ∫ e^(−δt) dM(t) = e^(−δH) M(H) + δ ∫ e^(−δt) M(t) dt, and every term is positive. The integral is
a sum over nodes that are even in the logarithm of time on the left and crowd towards the horizon on the right, so that
it does not matter whether people change within days or centuries.

Reference for the idea and for Pareto/NBD in closed form: Fader, Hardie & Lee (2005), "RFM and CLV: Using Iso-Value
Curves for Customer Base Analysis", Journal of Marketing Research 42(4).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["checked_discount", "discounted_count"]

# The trapezoidal rule on an analytic function errs like e^(−2π·d/step), d about 1.3 here: 1e-12 and less. What lies
# before the first node weighs less than its square; beyond the last, e^(−e^3.7) = 3e-18 is left, as beyond a horizon
# that discounting takes e^−40 from.
STEP = 0.3
FIRST, LAST = -21.5, 3.75
UNSEEN = 40.0
ROWS = 2_048


def checked_discount(discount_rate: npt.ArrayLike, horizon: npt.ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    """Discount rate and horizon (infinite for None) as floats, or `InvalidSetting`."""
    rate = np.asarray(discount_rate, dtype=np.float64)
    ahead = np.asarray(np.inf if horizon is None else horizon, dtype=np.float64)
    if not np.isfinite(rate).all() or (rate < 0).any() or (horizon is None and (rate == 0).any()):
        raise InvalidSetting(
            "The discount rate is continuous and per unit of time: zero or more, and above zero without a horizon. "
            "From a yearly rate i it is ln(1 + i) divided by the units of time in a year.",
            code="discount_rate",
        )
    if horizon is not None and (not np.isfinite(ahead).all() or (ahead < 0).any()):
        raise InvalidSetting("The horizon must be a length of time of zero or more, or None.", code="horizon")
    return rate, ahead


def discounted_count(
    mean: Callable[..., FloatArray], rate: FloatArray, ahead: FloatArray, *customer: npt.ArrayLike
) -> FloatArray:
    """∫ e^(−rate·t) d mean(t) from 0 to `ahead`, for whatever shape the arguments broadcast to.

    mean(time, *customer): expected number of purchases within `time`; a whole row of times is asked for at once.
    """
    columns = np.broadcast_arrays(rate, ahead, *(np.asarray(part, dtype=np.float64) for part in customer))
    shape = columns[0].shape
    flat = [column.reshape(-1, 1) for column in columns]
    total = np.empty(flat[0].shape[0])
    for start in range(0, total.size, ROWS):
        rows = slice(start, start + ROWS)
        times, weights = _nodes(flat[0][rows], flat[1][rows])
        total[rows] = np.sum(weights * mean(times, *(column[rows] for column in flat[2:])), axis=1)
    return total.reshape(shape)


def _nodes(rate: FloatArray, ahead: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Times and what the mean count within each weighs; the last one is the horizon itself.

    t = H·(1 − e^(−part)) within a horizon H, and t = part/δ where the horizon is too far to be seen. (Going through
    w = 1 − e^(−δt) would serve both, but puts a singularity close to the nodes when δH is some tens.)
    """
    part = np.exp(np.arange(FIRST, LAST, STEP))
    with np.errstate(invalid="ignore", divide="ignore"):
        fading = np.where(rate > 0, rate * ahead, 0.0)
        far = fading > UNSEEN
        within = np.where(far, 0.0, ahead)
        times = np.where(far, part / rate, within * -np.expm1(-part))
    lengths = np.where(far, part, np.where(far, 0.0, fading) * np.exp(-part) * part)
    weights = np.exp(-np.where(far, part, rate * times)) * lengths * STEP
    return np.hstack([times, within]), np.hstack([weights, np.where(far, 0.0, np.exp(-rate * within))])
