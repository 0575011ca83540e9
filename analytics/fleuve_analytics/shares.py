"""Shares and how sure one may be of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["normal_quantile", "require_level", "require_share", "share_interval"]


def normal_quantile(level: float) -> float:
    """How many standard errors an interval of this level reaches to each side."""
    from scipy.special import ndtri

    require_level(level)
    return float(ndtri((1 + level) / 2))


def share_interval(hits: npt.ArrayLike, of: npt.ArrayLike, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Wilson's interval of a share: honest for small numbers and near 0 or 1; [0, 1] of nothing.

    hits, of: how many of how many, arrays that broadcast; fractions and weights may make them other than whole.
    Reference: Wilson (1927), Journal of the American Statistical Association 22.

    >>> low, high = share_interval([0, 3], [10, 10])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.108], [0.278, 0.603])
    """
    z = normal_quantile(level)
    made, count = np.asarray(hits, dtype=np.float64), np.asarray(of, dtype=np.float64)
    many = count + z * z
    middle = (made + z * z / 2) / many
    with np.errstate(divide="ignore", invalid="ignore"):
        half = z / many * np.sqrt(np.where(count > 0, made * (count - made) / count, 0.0) + z * z / 4)
    # At 0 and 1 the ends are exact; rounding must not move them.
    low = np.where(made == 0, 0.0, np.clip(middle - half, 0.0, 1.0))
    high = np.where(made == count, 1.0, np.clip(middle + half, 0.0, 1.0))
    return np.asarray(low), np.asarray(high)


def require_level(level: float) -> None:
    """Raise `InvalidSetting` unless the level is a share above 0 and below 1."""
    if not 0 < level < 1:
        raise InvalidSetting(f"A level is a share between 0 and 1, such as 0.80, not {level}.", code="level")


def require_share(value: float, name: str) -> None:
    """Raise `InvalidSetting` unless the value lies between 0 and 1."""
    if not 0 < value < 1:
        raise InvalidSetting(f"The {name} must lie between 0 and 1, not {value}.", code=name)
