"""Pareto/NBD in which the pace of buying and the rate of leaving may go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.lifetime.asked import asked_terms, observe_terms
from fleuve_analytics.lifetime.correlated import FittedTied, require_reference
from fleuve_analytics.lifetime.effects import estimate_effects
from fleuve_analytics.lifetime.families import ParetoFamily

__all__ = ["FittedParetoNBDCorrelated", "ParetoNBDCorrelated"]


@dataclass(frozen=True, kw_only=True)
class FittedParetoNBDCorrelated(FittedTied):
    """A fitted Pareto/NBD model with a tie between buying and leaving, with or without covariates."""

    model = "ParetoNBDCorrelated"
    family = ParetoFamily()

    r: float
    alpha: float
    s: float
    beta: float


@dataclass(frozen=True)
class ParetoNBDCorrelated:
    """Do those who buy often leave sooner, or later? (Pareto/NBD with Sarmanov's tie)

    Assumptions: those of `ParetoNBD`, except that a person's rate of purchases λ and rate of leaving μ may go together:
    their joint density is that of the independent model times 1 + m·(e^(−cλ) − A)·(e^(−dμ) − B), A and B being the
    means. The spreads of both stay Gamma(r, α) and Gamma(s, β). m > 0: frequent buyers leave sooner; m = 0: exactly
    `ParetoNBD`. The correlation that m implies, and the range that this tie can reach at all, are stated by the fitted
    model; compare both models with `likelihood_ratio`. When m ends at its bound, `converged` is False.

    reference_time: c and d; None (the default) takes alpha and beta, so that the answer does not depend on the unit of
    time and the same m holds for everybody; 1 gives the m of the papers and of other programs, which reaches hardly any
    negative correlation. purchase, dropout, equal, penalty_purchase, penalty_dropout: covariates as in
    `ParetoNBDCovariates`, with `reference_time=None` only.

    Reference: Park & Fader (2004), "Modeling Browsing Behavior at Multiple Websites", Marketing Science 23(3).

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> table = cdnow_sample()
    >>> fitted = ParetoNBDCorrelated().fit(table.frequency, table.recency, table.age)
    >>> fitted.correlation > 0
    True
    """

    reference_time: float | None = None
    purchase: Sequence[str] = ()
    dropout: Sequence[str] = ()
    equal: Sequence[str] = ()
    penalty_purchase: float = 0.0
    penalty_dropout: float = 0.0

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
        *,
        covariates: Any = None,
    ) -> FittedParetoNBDCorrelated:
        """Find the most likely parameters; arguments and errors are those of `BetaGeometricCovariates`."""
        require_reference(self.reference_time)
        processes = {"purchase": self.purchase, "dropout": self.dropout, "equal": self.equal}
        terms = asked_terms(processes, {"purchase": self.penalty_purchase, "dropout": self.penalty_dropout})
        if self.reference_time is not None and terms.names:
            raise InvalidSetting(
                "With a reference time, the bounds of m would differ from customer to customer. Use covariates with "
                "reference_time=None.",
                code="reference_time",
            )
        seen = observe_terms(terms, frequency, recency, age, weights, covariates)
        found = estimate_effects(ParetoFamily(), seen, terms, tied=True, reference=self.reference_time)
        return FittedParetoNBDCorrelated.found(found, terms.names, m=found.m, reference_time=self.reference_time)
