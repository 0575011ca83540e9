"""Differences of logarithms of gamma functions that keep their digits, whatever the size of the arguments.

lnΓ(z) − lnΓ(z+α) and ψ(z) − ψ(z+α) lose their digits when formed from two large numbers. Above `FAR` both come from
Stirling's series, in which the large parts cancel on paper.
Reference: Abramowitz & Stegun (1964), 6.1.41 and 6.3.18.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, psi

from fleuve_analytics.numerics import FloatArray

__all__ = ["log_gamma_gap", "psi_gap"]

# From here on, the first term left out of either series is below 1e-15.
FAR = 16.0


def log_gamma_gap(z: FloatArray, alpha: float) -> FloatArray:
    """lnΓ(z) − lnΓ(z+α), for z and α above zero."""
    near = np.minimum(z, FAR)
    far = np.maximum(z, FAR)
    series = alpha - alpha * np.log(far + alpha) - (far - 0.5) * np.log1p(alpha / far)
    series += _log_gamma_rest(far) - _log_gamma_rest(far + alpha)
    return np.asarray(np.where(z < FAR, gammaln(near) - gammaln(near + alpha), series), dtype=np.float64)


def psi_gap(z: FloatArray, alpha: float) -> FloatArray:
    """ψ(z) − ψ(z+α), the derivative of `log_gamma_gap` by z."""
    near = np.minimum(z, FAR)
    far = np.maximum(z, FAR)
    series = -np.log1p(alpha / far) + _psi_rest(far) - _psi_rest(far + alpha)
    return np.asarray(np.where(z < FAR, psi(near) - psi(near + alpha), series), dtype=np.float64)


def _log_gamma_rest(z: FloatArray) -> FloatArray:
    w = (1 / z) ** 2
    return (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w / 1188)))) / z


def _psi_rest(z: FloatArray) -> FloatArray:
    w = (1 / z) ** 2
    return -0.5 / z - w * (1 / 12 - w * (1 / 120 - w * (1 / 252 - w * (1 / 240 - w / 132))))
