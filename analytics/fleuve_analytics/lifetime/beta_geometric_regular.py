"""BG/CNBD-k: buying in a rhythm until leaving after a purchase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy.typing as npt

from fleuve_analytics.lifetime.regular_buyers import RegularDropout, checked_k
from fleuve_analytics.lifetime.regularity import estimate_regular

__all__ = ["BetaGeometricRegular", "FittedBetaGeometricRegular"]


@dataclass(frozen=True, kw_only=True)
class FittedBetaGeometricRegular(RegularDropout):
    """A fitted BG/CNBD-k model: k, parameters, what is known about them, and predictions per customer."""

    model = "BetaGeometricRegular"
    first_chance = 0


@dataclass(frozen=True)
class BetaGeometricRegular:
    """How often will each customer buy again, when people keep a rhythm? (BG/CNBD-k)

    Assumptions: those of `BetaGeometric`, except that the gaps between a customer's purchases are Erlang-k instead of
    exponential: they vary by 1/√k of their mean. k is one for all, and found from the data unless given; 1 is
    `BetaGeometric` itself. A customer silent for much longer than her rhythm is given up sooner, and one about to reach
    it is expected sooner.

    k: whole number of one or more, or None to find it among 1 to 12. start: a fit of similar data where the search may
    begin; it ends at the same place, sooner.

    References: Platzer & Reutterer (2016), "Ticking Away the Moments", Marketing Science 35(5); Reutterer, Platzer &
    Schröder (2021), "Leveraging purchase regularity for predicting customer behavior the easy way", International
    Journal of Research in Marketing 38(1).

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> table = cdnow_sample()
    >>> fitted = BetaGeometricRegular(k=2).fit(table.frequency, table.recency, table.age)
    >>> fitted.k, bool(fitted.probability_alive(10, 30, 38) < 0.9)
    (2, True)
    """

    k: int | None = None
    start: FittedBetaGeometricRegular | None = None

    def __post_init__(self) -> None:
        checked_k(self.k)

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        log_gaps: npt.ArrayLike | None = None,
        weights: npt.ArrayLike | None = None,
    ) -> FittedBetaGeometricRegular:
        """Find the most likely parameters, and the most likely k unless it was given.

        frequency, recency, age, weights: as for `BetaGeometric.fit`.
        log_gaps: sum of the natural logarithms of the times between a customer's purchases, in the same unit, 0 without
        repeat; `purchase_table` gives it with gaps=True. It is needed to find k. For a given k it changes no parameter;
        without it the log-likelihood lacks (k − 1) · Σ log_gaps and cannot be compared with that of another k.

        Raises `InvalidHistory`, `InvalidSetting` (k, log_gaps, weights), `NotEnoughData` or `DidNotConverge`.
        """
        return estimate_regular(
            FittedBetaGeometricRegular, self.k, frequency, recency, age, log_gaps, weights, self.start
        )
