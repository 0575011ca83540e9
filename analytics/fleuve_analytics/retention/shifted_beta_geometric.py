"""sBG: contracts that are renewed or not, by people whose chances of leaving differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy.typing as npt

from fleuve_analytics.retention.contracts import FittedContract
from fleuve_analytics.retention.durations import Durations, checked_durations, survivors_to_durations
from fleuve_analytics.retention.estimate import estimate_geometric

__all__ = ["FittedShiftedBetaGeometric", "ShiftedBetaGeometric"]


@dataclass(frozen=True, kw_only=True)
class FittedShiftedBetaGeometric(FittedContract):
    """A fitted sBG model: parameters, what is known about them, and predictions by age."""

    model = "ShiftedBetaGeometric"

    alpha: float
    beta: float

    @property
    def _shapes(self) -> tuple[float, float, float]:
        return self.alpha, self.beta, 1.0


@dataclass(frozen=True)
class ShiftedBetaGeometric:
    """How many contracts will be renewed, and for how long will each last? (shifted beta-geometric, sBG)

    Assumptions: at the end of each period a customer leaves with her own chance, the same at every renewal; chances
    follow a Beta(α, β) across people. Retention rises with age only because those likely to leave have left. Contracts
    are alike but for that chance: fit prices, channels and countries apart. Leaving is seen when it happens.

    References: Fader & Hardie (2007), "How to Project Customer Retention", Journal of Interactive Marketing 21(1),
    equations 5 to 7; Fader & Hardie (2010), "Customer-Base Valuation in a Contractual Setting: The Perils of Ignoring
    Heterogeneity", Marketing Science 29(1).

    >>> fitted = ShiftedBetaGeometric().fit_survivors([1000, 631, 468, 382, 326])
    >>> round(fitted.alpha, 6), round(fitted.beta, 6)
    (0.763665, 1.29583)
    >>> (1000 * fitted.survival([5, 6, 7])).round(2).tolist()
    [284.45, 253.68, 229.64]
    """

    def fit(
        self,
        duration: npt.ArrayLike,
        left: npt.ArrayLike,
        entry: npt.ArrayLike | None = None,
        weights: npt.ArrayLike | None = None,
    ) -> FittedShiftedBetaGeometric:
        """Find the most likely parameters from contracts, one row each, arrays of shape (n,).

        duration: whole periods gone through. left: true where the customer then left (she paid for `duration` periods,
        at least one); false where she is still there (she renewed `duration` times).
        entry: periods already gone through when the observation began, for customers who joined before it (left
        truncation); none by default. weights: how many contracts each row stands for.

        Raises `InvalidHistory`, `InvalidSetting` (weights), `NotEnoughData` or `DidNotConverge`.
        """
        return _fitted(checked_durations(duration, left, entry, weights))

    def fit_survivors(
        self, survivors: Sequence[float] | Sequence[Sequence[float]], entry: int = 0
    ) -> FittedShiftedBetaGeometric:
        """Find the most likely parameters from a table of survivors; arguments as in `survivors_to_durations`."""
        return _fitted(survivors_to_durations(survivors, entry))


def _fitted(seen: Durations) -> FittedShiftedBetaGeometric:
    (alpha, beta), covariance, log_likelihood, contracts, converged = estimate_geometric(seen)
    return FittedShiftedBetaGeometric(
        alpha=alpha,
        beta=beta,
        covariance=covariance,
        log_likelihood=log_likelihood,
        customers=contracts,
        converged=converged,
    )
