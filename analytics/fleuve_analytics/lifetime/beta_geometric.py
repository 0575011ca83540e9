"""BG/NBD: buying at random until leaving after a purchase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy.typing as npt

from fleuve_analytics.lifetime.estimate import estimate_geometric
from fleuve_analytics.lifetime.geometric import GeometricDropout

__all__ = ["BetaGeometric", "FittedBetaGeometric"]


@dataclass(frozen=True, kw_only=True)
class FittedBetaGeometric(GeometricDropout):
    """A fitted BG/NBD model: parameters, what is known about them, and predictions per customer."""

    model = "BetaGeometric"
    first_chance = 0


@dataclass(frozen=True)
class BetaGeometric:
    """How often will each customer buy again, and is she still a customer? (BG/NBD)

    Assumptions: while a customer, a person buys at random times at her own steady rate; rates follow a Gamma(r, α)
    across people; after each *repeat* purchase she leaves for good with her own chance, Beta(a, b) across people; rate
    and chance are independent. Somebody who bought once is therefore alive for certain: prefer `ModifiedBetaGeometric`
    where one-time buyers are many.

    Parameters r (shape), alpha (rate, in the caller's unit of time), a and b are found by maximum likelihood.

    start: a fit of similar data where the search may begin; it ends at the same place, sooner.

    Reference: Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way", Marketing Science 24(2), equations 6
    (likelihood) and 10 (expected purchases).

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> table = cdnow_sample()
    >>> fitted = BetaGeometric().fit(table.frequency, table.recency, table.age)
    >>> {name: round(value, 3) for name, value in fitted.parameters.items()}
    {'r': 0.243, 'alpha': 4.414, 'a': 0.793, 'b': 2.426}
    >>> round(float(fitted.expected_purchases(39, 2, 30.43, 38.86)), 3)
    1.226
    """

    start: FittedBetaGeometric | None = None

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> FittedBetaGeometric:
        """Find the most likely parameters.

        frequency: repeat purchases (days with a purchase after the first) of each customer, shape (n,).
        recency: time from the first to the last purchase, 0 without repeat; age: time from the first purchase to the
        end of the observation; both in one unit, which becomes the unit of `alpha` and of horizons.
        weights: how many customers each row stands for.

        Raises `InvalidHistory`, `InvalidSetting` (weights), `NotEnoughData` or `DidNotConverge`.
        """
        return estimate_geometric(FittedBetaGeometric, frequency, recency, age, weights, self.start)
