"""MBG/NBD: as BG/NBD, but the first purchase may already be the last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy.typing as npt

from fleuve_analytics.lifetime.estimate import estimate_geometric
from fleuve_analytics.lifetime.geometric import GeometricDropout

__all__ = ["FittedModifiedBetaGeometric", "ModifiedBetaGeometric"]


@dataclass(frozen=True, kw_only=True)
class FittedModifiedBetaGeometric(GeometricDropout):
    """A fitted MBG/NBD model: parameters, what is known about them, and predictions per customer."""

    model = "ModifiedBetaGeometric"
    first_chance = 1


@dataclass(frozen=True)
class ModifiedBetaGeometric:
    """How often will each customer buy again, when the first purchase may have been the last? (MBG/NBD)

    Assumptions: those of `BetaGeometric`, except that a person may leave after *any* purchase, the first included. A
    one-time buyer silent for long is then probably gone, which BG/NBD cannot say.

    start: a fit of similar data where the search may begin; it ends at the same place, sooner.

    Reference: Batislam, Denizel & Filiztekin (2007), "Empirical validation and comparison of models for customer base
    analysis", International Journal of Research in Marketing 24(3).

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> table = cdnow_sample()
    >>> fitted = ModifiedBetaGeometric().fit(table.frequency, table.recency, table.age)
    >>> round(float(fitted.probability_alive(0, 0, 38.86)), 3) < 1
    True
    """

    start: FittedModifiedBetaGeometric | None = None

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> FittedModifiedBetaGeometric:
        """Find the most likely parameters; arguments and errors are those of `BetaGeometric.fit`."""
        return estimate_geometric(FittedModifiedBetaGeometric, frequency, recency, age, weights, self.start)
