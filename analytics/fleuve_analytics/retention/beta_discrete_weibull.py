"""BdW: contracts whose chance of being left also changes with tenure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy.typing as npt

from fleuve_analytics.retention.contracts import FittedContract
from fleuve_analytics.retention.durations import Durations, checked_durations, survivors_to_durations
from fleuve_analytics.retention.estimate import estimate_discrete_weibull

__all__ = ["BetaDiscreteWeibull", "FittedBetaDiscreteWeibull"]


@dataclass(frozen=True, kw_only=True)
class FittedBetaDiscreteWeibull(FittedContract):
    """A fitted BdW model: parameters, what is known about them, and predictions by age."""

    model = "BetaDiscreteWeibull"

    alpha: float
    beta: float
    c: float

    @property
    def _shapes(self) -> tuple[float, float, float]:
        return self.alpha, self.beta, self.c


@dataclass(frozen=True)
class BetaDiscreteWeibull:
    """How many contracts will be renewed when tenure itself changes the chance of leaving? (beta-discrete-Weibull, BdW)

    Assumptions: a customer stays through t renewals with chance (1 − θ)^(t^c), θ her own chance of leaving at the
    first, Beta(α, β) across people. With c above 1 each person grows likelier to leave as time passes, below 1 less
    likely; c = 1 is `ShiftedBetaGeometric`. Contracts are alike but for θ, and leaving is seen when it happens.

    The three parameters are weakly told apart by a few renewals: compare predictions, not parameters.

    Reference: Fader, Hardie, Liu, Davin & Steenburgh (2018), "How to Project Customer Retention" Revisited: The Role of
    Duration Dependence, Journal of Interactive Marketing 43, equations 5 and 6.

    >>> fitted = BetaDiscreteWeibull().fit_survivors([1000, 869, 743, 653, 593])
    >>> {name: round(value, 3) for name, value in fitted.parameters.items()}
    {'alpha': 0.259, 'beta': 1.723, 'c': 1.584}
    """

    def fit(
        self,
        duration: npt.ArrayLike,
        left: npt.ArrayLike,
        entry: npt.ArrayLike | None = None,
        weights: npt.ArrayLike | None = None,
    ) -> FittedBetaDiscreteWeibull:
        """Find the most likely parameters; arguments and errors are those of `ShiftedBetaGeometric.fit`."""
        return _fitted(checked_durations(duration, left, entry, weights))

    def fit_survivors(
        self, survivors: Sequence[float] | Sequence[Sequence[float]], entry: int = 0
    ) -> FittedBetaDiscreteWeibull:
        """Find the most likely parameters from a table of survivors; arguments as in `survivors_to_durations`."""
        return _fitted(survivors_to_durations(survivors, entry))


def _fitted(seen: Durations) -> FittedBetaDiscreteWeibull:
    (alpha, beta, c), covariance, log_likelihood, contracts, converged = estimate_discrete_weibull(seen)
    return FittedBetaDiscreteWeibull(
        alpha=alpha,
        beta=beta,
        c=c,
        covariance=covariance,
        log_likelihood=log_likelihood,
        customers=contracts,
        converged=converged,
    )
