"""Sums over all renewals to come, without end where the question has none.

The value of the renewals after the n-th obeys D(n) = ρ(n+1) · (1 + D(n+1)/(1+d)), with ρ the renewal probabilities: a
backward sweep of positive terms. Far out, where survival follows a power law, the rest is an integral in the logarithm
of time with the first terms of the Euler–Maclaurin formula: retention that falls as slowly as t^(−1.01) sums as exactly
as one that is gone in a year.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray, gauss_legendre

__all__ = ["LogSurvival", "checked_discount", "residual_within", "residual_without_end"]

LogSurvival = Callable[[FloatArray], FloatArray]  # ln S(t) as a function of ln t
# Beyond this many renewals the third difference of survival, which the tail neglects, is below 1e-10 of it.
EXPLICIT = 1_024
NODES = 128
# e^−45 is below the rounding of a sum.
NEGLIGIBLE = 45.0
BLOCK = 256


def checked_discount(discount_rate: float) -> float:
    """Interest per period as a number of zero or more, or `InvalidSetting`."""
    rate = float(discount_rate)
    if not (np.isfinite(rate) and rate >= 0):
        raise InvalidSetting("The discount rate must be zero or more, per renewal period.", code="discount_rate")
    return rate


def residual_without_end(log_survival: LogSurvival, decay: float, oldest: int, discount_rate: float) -> FloatArray:
    """D(n) = Σ over k ≥ 1 of S(n+k)/S(n) · (1+d)^(1−k), for n = 0 … oldest; infinite where the sum is.

    decay: the power with which survival falls in the end, S(t) ~ t^(−decay).
    """
    if discount_rate == 0 and decay <= 1:
        return np.full(oldest + 1, np.inf)
    force = float(np.log1p(discount_rate))
    size = oldest + EXPLICIT
    with np.errstate(divide="ignore"):
        chances = np.exp(np.diff(log_survival(np.log(np.arange(size + 1.0)))))
    value, keep, values = _tail(log_survival, float(size), force), np.exp(-force), np.empty(size)
    for place, chance in zip(range(size - 1, -1, -1), chances[::-1].tolist(), strict=True):
        value = chance * (1 + keep * value)
        values[place] = value
    return values[: oldest + 1]


def residual_within(log_survival: LogSurvival, age: FloatArray, discount_rate: float, horizon: int) -> FloatArray:
    """The same sum over the next `horizon` renewals only, for each age."""
    total = np.zeros(age.shape)
    with np.errstate(divide="ignore"):
        now = log_survival(np.log(age))
        for first in range(1, horizon + 1, BLOCK):
            k = np.arange(first, min(first + BLOCK, horizon + 1), dtype=np.float64)
            later = log_survival(np.log(age[..., np.newaxis] + k)) - now[..., np.newaxis]
            total += np.exp(later - (k - 1) * np.log1p(discount_rate)).sum(axis=-1)
    return total


def _tail(log_survival: LogSurvival, start: float, force: float) -> float:
    """Σ over k ≥ 1 of f(k) = S(N+k)/S(N) · e^(−force·(k−1)) ≈ ∫ from 1 + f(1)/2 − f′(1)/12."""
    base = float(log_survival(np.log(start)))
    k = np.array([0.0, 1.0, 2.0])
    before, first, second = np.exp(log_survival(np.log(start + k)) - base - force * (k - 1)).tolist()
    return float(_integral(log_survival, start + 1, base, force) + first / 2 - (second - before) / 24)


def _integral(log_survival: LogSurvival, start: float, base: float, force: float) -> float:
    """∫ S(t)/S(N) e^(−force·(t−start)) dt from start on, with t = start·e^u."""

    def height(u: npt.ArrayLike) -> FloatArray:
        far = np.asarray(u, dtype=np.float64)
        with np.errstate(over="ignore"):
            late = force * start * np.expm1(far) if force > 0 else 0.0
        return log_survival(np.log(start) + far) - base + far - late

    end = _where_negligible(height)
    nodes, weights = gauss_legendre(NODES)
    total = 0.0
    # Two stretches: near the start survival may not follow its final power yet; thousands of e-folds may come after.
    for low, high in ((0.0, min(end, 24.0)), (min(end, 24.0), end)):
        with np.errstate(over="ignore"):  # so long a life that no float holds it
            total += float(weights @ np.exp(height(low + (high - low) * nodes))) * (high - low)
    return start * total


def _where_negligible(height: Callable[[npt.ArrayLike], FloatArray]) -> float:
    """The u from which on the integrand is nothing; it rises at most once before it falls."""
    low, high = 0.0, 1e-3
    while float(height(high)) > -NEGLIGIBLE:
        low, high = high, 2 * high
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if float(height(middle)) > -NEGLIGIBLE else (low, middle)
    return high
