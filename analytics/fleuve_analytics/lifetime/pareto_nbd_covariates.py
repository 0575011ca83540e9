"""Pareto/NBD with what is known of customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from fleuve_analytics.lifetime.asked import asked_terms, observe_terms
from fleuve_analytics.lifetime.effects import estimate_effects
from fleuve_analytics.lifetime.families import ParetoFamily
from fleuve_analytics.lifetime.known import FittedKnown

__all__ = ["FittedParetoNBDCovariates", "ParetoNBDCovariates"]


@dataclass(frozen=True, kw_only=True)
class FittedParetoNBDCovariates(FittedKnown):
    """A fitted Pareto/NBD model with covariates: letters of a customer at zero, effects, and predictions.

    Without effects it predicts like `FittedParetoNBD`; with effects, through `for_customers` or `for_group`.
    """

    model = "ParetoNBDCovariates"
    family = ParetoFamily()

    r: float
    alpha: float
    s: float
    beta: float


@dataclass(frozen=True)
class ParetoNBDCovariates:
    """How does what we know of customers move how often they buy and how soon they leave? (Pareto/NBD with covariates)

    Assumptions: those of `ParetoNBD` among customers who have the same covariates. These do not change with time. One
    more unit of a column multiplies the rate of purchases by e^γ (*purchase*: alpha_i = alpha·e^(−γ·x)), and the rate
    of leaving by e^γ (*dropout*: beta_i = beta·e^(−γ·x)).

    purchase, dropout: names of the columns that move each process. equal: columns with one and the same effect on both.
    penalty_purchase, penalty_dropout: as in `BetaGeometricCovariates`.

    Reference: Fader & Hardie (2007), "Incorporating Time-Invariant Covariates into the Pareto/NBD and BG/NBD Models",
    section 2.

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> table = cdnow_sample()
    >>> model = ParetoNBDCovariates(purchase=["early"])
    >>> fitted = model.fit(table.frequency, table.recency, table.age, covariates={"early": table.age > 35})
    >>> list(fitted.parameters)
    ['r', 'alpha', 's', 'beta', 'purchase[early]']
    >>> type(fitted.for_group({"early": 1})).__name__
    'FittedParetoNBD'
    """

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
    ) -> FittedParetoNBDCovariates:
        """Find the most likely parameters and effects; arguments and errors are those of `BetaGeometricCovariates`."""
        processes = {"purchase": self.purchase, "dropout": self.dropout, "equal": self.equal}
        terms = asked_terms(processes, {"purchase": self.penalty_purchase, "dropout": self.penalty_dropout})
        seen = observe_terms(terms, frequency, recency, age, weights, covariates)
        return FittedParetoNBDCovariates.found(estimate_effects(ParetoFamily(), seen, terms), terms.names)
