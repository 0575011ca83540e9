"""How many segments? Criteria that weigh fit against the number of parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["Criteria", "Criterion", "checked_range", "entropy", "log_sum_exp", "shares_of"]

Criterion = Literal["bic", "icl"]


@dataclass(frozen=True)
class Criteria:
    """Both criteria of one number of segments, lower is better.

    bic = −2 ln L + parameters · ln n (Schwarz 1978): how many components describe the density. icl = bic + 2 · entropy
    of the memberships (Biernacki, Celeux & Govaert 2000): how many groups can be told apart.
    """

    segments: int
    bic: float
    icl: float

    @classmethod
    def of(cls, segments: int, log_likelihood: float, parameters: int, customers: float, entropy: float) -> Criteria:
        bic = -2 * log_likelihood + parameters * float(np.log(customers))
        return cls(segments, bic, bic + 2 * entropy)


def checked_range(segments: int | None, most: int, criterion: str) -> range:
    """Numbers of segments to try; `InvalidSetting` when there are none or the criterion is unknown."""
    if criterion not in ("bic", "icl"):
        raise InvalidSetting("The number of segments is chosen by bic or icl.", code="criterion")
    if segments is None and most >= 1:
        return range(1, most + 1)
    if segments is not None and segments >= 1:
        return range(segments, segments + 1)
    raise InvalidSetting("There is at least one segment.", code="segments" if segments is not None else "most")


def log_sum_exp(parts: FloatArray) -> FloatArray:
    """Logarithm of the sum of exponentials of each row, without overflow."""
    top = parts.max(axis=1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    return np.asarray(top[:, 0] + np.log(np.exp(parts - top).sum(axis=1)))


def shares_of(parts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Membership chances (n, segments) from joint log densities, and each row's log density."""
    whole = log_sum_exp(parts)
    return np.exp(parts - whole[:, np.newaxis]), whole


def entropy(chances: FloatArray, weight: FloatArray) -> float:
    """Total uncertainty of memberships: 0 when everybody belongs to one segment for certain."""
    safe = np.where(chances > 0, chances, 1.0)
    return float(-(weight @ (chances * np.log(safe)).sum(axis=1)))
