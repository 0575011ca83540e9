"""Shares and how sure one may be of them."""

from __future__ import annotations

import numpy as np

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["normal_quantile", "require_share", "share_interval"]


def normal_quantile(level: float) -> float:
    """How many standard errors an interval of this level reaches to each side."""
    from scipy.special import ndtri

    require_share(level, "level")
    return float(ndtri((1 + level) / 2))


def share_interval(hits: FloatArray, of: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Wilson's interval of a share: honest for small numbers and near 0 or 1; [0, 1] of nothing.

    Reference: Wilson (1927), Journal of the American Statistical Association 22.
    """
    z = normal_quantile(level)
    of = np.asarray(of, dtype=np.float64)
    many = of + z * z
    middle = (hits + z * z / 2) / many
    with np.errstate(divide="ignore", invalid="ignore"):
        half = z / many * np.sqrt(np.where(of > 0, hits * (of - hits) / of, 0.0) + z * z / 4)
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)


def require_share(value: float, name: str) -> None:
    """Raise `InvalidSetting` unless the value lies between 0 and 1."""
    if not 0 < value < 1:
        raise InvalidSetting(f"The {name} must lie between 0 and 1, not {value}.", code=name)
