"""Spends as the Gamma-Gamma model says they come about."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fleuve_analytics.numerics import FloatArray, require_positive

__all__ = ["simulate_gamma_gamma"]


def simulate_gamma_gamma(
    frequency: npt.ArrayLike, *, p: float, q: float, gamma: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Mean spend over `frequency` purchases of each person (NaN where there is none), and each person's true mean."""
    require_positive(p=p, q=q, gamma=gamma)
    x = np.asarray(frequency, dtype=np.float64)
    scale = rng.gamma(q, 1 / gamma, x.shape)
    bought = x > 0
    mean = np.full(x.shape, np.nan)
    mean[bought] = rng.gamma(p * x[bought]) / (scale[bought] * x[bought])
    return mean, p / scale
