"""Surviving chance after chance to leave, when the chance of leaving is Beta(a, b) across people.

The chance to survive m of them is S(m) = B(a, b+m)/B(a, b) = Γ(b+m) Γ(a+b) / (Γ(b) Γ(a+b+m)).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fleuve_analytics.numerics import FloatArray, gauss_legendre

__all__ = ["discounted_survivals", "mean_survivals"]

# Terms that are summed one by one before an integral takes over, and its nodes.
FIRST_TERMS, NODES = 64, 64
# e^−41 = 2e-18: what lies beyond is lost in the rounding.
UNSEEN = 41.0


def mean_survivals(chances: Any, a: float, b: Any) -> FloatArray:
    """Mean number of chances survived out of so many: Σ S(m) over m from 1 to `chances`; smooth in all arguments.

    In closed form b · (1 − e^−l)/(a−1), l = ln of Γ(a+b+m) Γ(b+1) / (Γ(b+m+1) Γ(a+b)). l is computed as a multiple of
    a−1, so that nothing is lost near a = 1 or for somebody who survived thousands of chances already.
    """
    per = _log_gamma_slope(b + 1.0 + chances, a - 1) - _log_gamma_slope(b + 1.0, a - 1)
    lost = (a - 1) * per
    with np.errstate(invalid="ignore", divide="ignore"):
        kept = np.where(np.abs(lost) < 1e-12, 1.0, -np.expm1(-lost) / lost)
    return np.asarray(b * per * kept, dtype=np.float64)


def discounted_survivals(rate: Any, a: float, b: Any) -> FloatArray:
    """Σ S(m)/(1 + rate)^m over all m from 1 on, for rates above zero.

    In the papers a hypergeometric function, which programs lose for small rates or people who survived hundreds of
    chances. Here the first terms are summed and the others integrated over ln m, with Euler-Maclaurin's correction.
    """
    fading, b = np.broadcast_arrays(np.log1p(np.asarray(rate, dtype=np.float64)), np.asarray(b, dtype=np.float64))
    fading, b = fading[..., np.newaxis], b[..., np.newaxis]
    start = _log_gamma_slope(b, a)

    def term(m: FloatArray) -> FloatArray:
        return np.asarray(np.exp(a * (start - _log_gamma_slope(b + m, a)) - fading * m), dtype=np.float64)

    head = term(np.arange(1.0, FIRST_TERMS + 3))
    before = FIRST_TERMS + 0.5
    span = np.log(np.maximum(UNSEEN / fading, before)) - np.log(before)
    nodes, weights = gauss_legendre(NODES)
    m = before * np.exp(span * nodes)
    tail = (weights * m * term(m)).sum(axis=-1) * span[..., 0]
    # Sum − integral is f′/24 − 7f‴/5760; both derivatives by differences of the four terms around its start.
    change, third = head[..., -2] - head[..., -3], np.diff(head[..., -4:], 3)[..., 0]
    return np.asarray(head[..., :-2].sum(axis=-1) + tail + change / 24 - third * 17 / 5760, dtype=np.float64)


def _log_gamma_slope(z: Any, step: float) -> FloatArray:
    """(lnΓ(z+step) − lnΓ(z))/step without cancellation: Stirling's series at z + 16, and sixteen factors back."""
    step = step if abs(step) > 1e-12 else 1e-12  # the slope itself changes by as little
    high = np.asarray(z, dtype=np.float64) + 16
    low, end = 1 / high, 1 / (high + step)
    # Differences of 1/12z − 1/360z³ + 1/1260z⁵: the next term is below 1e-12 of the slope.
    cubes = low**2 + low * end + end**2
    fifths = low**4 + end**4 + low * end * cubes
    drift = -low * end * (1 / 12 - cubes / 360 + fifths / 1260)
    slope = (high + step - 0.5) * np.log1p(step * low) / step + np.log(high) - 1 + drift
    for back in range(16):
        slope -= np.log1p(step / (z + back)) / step
    return np.asarray(slope, dtype=np.float64)
