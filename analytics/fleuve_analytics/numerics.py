"""Small numerical parts that several models share: integration nodes, roots, shares of odds."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting

__all__ = [
    "FloatArray",
    "IntArray",
    "gauss_legendre",
    "require_positive",
    "rising_root",
    "share_and_softplus",
]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# Roots are found to this distance.
ROOT = 1e-11


def require_positive(**values: float) -> None:
    """Raise `InvalidSetting` unless every named value is a finite number above zero."""
    for name, value in values.items():
        if not (np.isfinite(value) and value > 0):
            raise InvalidSetting(f"{name} must be a number above zero, not {value}.", code=name, value=value)


def share_and_softplus(log_odds: FloatArray) -> tuple[FloatArray, FloatArray]:
    """odds/(1 + odds) and ln(1 + odds) from the logarithm of odds, which may be infinite; one exponential for both."""
    small = np.exp(-np.abs(log_odds))
    share = np.where(log_odds > 0, 1.0, small) / (1 + small)
    return share, np.maximum(log_odds, 0.0) + np.log1p(small)


@cache
def gauss_legendre(count: int) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of Gauss-Legendre integration on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (nodes + 1) / 2, weights / 2


def rising_root(
    function: Callable[[FloatArray], FloatArray], low: float, high: float, shape: tuple[int, ...]
) -> FloatArray:
    """Where a rising function of arrays of this shape crosses zero between `low` and `high`, for all elements at once.

    Where it never does, the nearer end. Oliveira & Takahashi (2020), "An Enhancement of the Bisection Method Average
    Performance Preserving Minmax Optimality", ACM Transactions on Mathematical Software 47(1): as few looks as the
    secant method on smooth functions, never more than bisection.
    """
    left, right = np.full(shape, low), np.full(shape, high)
    below, above = function(left), function(right)
    most = int(np.ceil(np.log2((high - low) / ROOT))) + 1
    for step in range(most):
        width = right - left
        if width.max(initial=0.0) <= 2 * ROOT:
            break
        middle = (left + right) / 2
        room = np.maximum(ROOT * 2.0 ** (most - step) - width / 2, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            secant = (above * left - below * right) / (above - below)
        secant = np.where(np.isfinite(secant), secant, middle)
        towards = np.sign(middle - secant)
        shift = np.minimum(0.2 / (high - low) * width**2, np.abs(middle - secant))
        there = secant + towards * shift
        there = np.where(np.abs(there - middle) <= room, there, middle - towards * room)
        value = function(there)
        up = value > 0
        left, below = np.where(up, left, there), np.where(up, below, value)
        right, above = np.where(up, there, right), np.where(up, value, above)
    return np.asarray((left + right) / 2, dtype=np.float64)
