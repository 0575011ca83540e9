"""Surviving chance after chance to leave, when the chance of leaving is Beta(a, b) across people.

The chance to survive m of them is S(m) = B(a, b+m)/B(a, b) = Γ(b+m) Γ(a+b) / (Γ(b) Γ(a+b+m)).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fleuve_analytics.numerics import FloatArray

__all__ = ["mean_survivals"]


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
