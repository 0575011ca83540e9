"""MBG/CNBD-k: as BG/CNBD-k, but the first purchase may already be the last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy.typing as npt

from fleuve_analytics.lifetime.regular_buyers import RegularDropout, checked_k
from fleuve_analytics.lifetime.regularity import estimate_regular

__all__ = ["FittedModifiedBetaGeometricRegular", "ModifiedBetaGeometricRegular"]


@dataclass(frozen=True, kw_only=True)
class FittedModifiedBetaGeometricRegular(RegularDropout):
    """A fitted MBG/CNBD-k model: k, parameters, what is known about them, and predictions per customer."""

    model = "ModifiedBetaGeometricRegular"
    first_chance = 1


@dataclass(frozen=True)
class ModifiedBetaGeometricRegular:
    """How often will each customer buy again, when people keep a rhythm and may leave at once? (MBG/CNBD-k)

    Assumptions: those of `BetaGeometricRegular`, except that a person may leave after *any* purchase, the first
    included. Of the models that need no simulation to be fitted, it asks least of the data: random buyers (k = 1) and
    one-time buyers that never return are both special cases.

    k: whole number of one or more, or None to find it among 1 to 12. start: a fit of similar data where the search may
    begin; it ends at the same place, sooner.

    Reference: Reutterer, Platzer & Schröder (2021), "Leveraging purchase regularity for predicting customer behavior
    the easy way", International Journal of Research in Marketing 38(1).

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> table = cdnow_sample()
    >>> fitted = ModifiedBetaGeometricRegular(k=1).fit(table.frequency, table.recency, table.age)
    >>> round(fitted.r, 3), round(fitted.alpha, 2)
    (0.525, 6.18)
    """

    k: int | None = None
    start: FittedModifiedBetaGeometricRegular | None = None

    def __post_init__(self) -> None:
        checked_k(self.k)

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        log_gaps: npt.ArrayLike | None = None,
        weights: npt.ArrayLike | None = None,
    ) -> FittedModifiedBetaGeometricRegular:
        """Find the most likely parameters, and k unless it was given; arguments as for `BetaGeometricRegular.fit`."""
        return estimate_regular(
            FittedModifiedBetaGeometricRegular, self.k, frequency, recency, age, log_gaps, weights, self.start
        )
