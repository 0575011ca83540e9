"""BG/NBD with what is known of customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from fleuve_analytics.lifetime.asked import asked_terms, observe_terms
from fleuve_analytics.lifetime.effects import estimate_effects
from fleuve_analytics.lifetime.families import GeometricFamily
from fleuve_analytics.lifetime.known import FittedKnown

__all__ = ["BetaGeometricCovariates", "FittedBetaGeometricCovariates"]


@dataclass(frozen=True, kw_only=True)
class FittedBetaGeometricCovariates(FittedKnown):
    """A fitted BG/NBD model with covariates: letters of a customer at zero, effects, and predictions.

    Without effects it predicts like `FittedBetaGeometric`; with effects, through `for_customers` or `for_group`.
    """

    model = "BetaGeometricCovariates"
    family = GeometricFamily()

    r: float
    alpha: float
    a: float
    b: float


@dataclass(frozen=True)
class BetaGeometricCovariates:
    """How does what we know of customers move how often they buy and how soon they leave? (BG/NBD with covariates)

    Assumptions: those of `BetaGeometric` among customers who have the same covariates. These do not change with time.
    One more unit of a column multiplies the mean rate of purchases by e^γ (*purchase*: alpha_i = alpha·e^(−γ·x)), and
    the odds of leaving after a purchase by e^γ (*dropout*: a_i = a·e^(γ·x)). Columns of *staying* move b alike
    (b_i = b·e^(γ·x)): a column in both dropout and staying may change how much people differ, too.

    purchase, dropout, staying: names of the columns that move each process. equal: columns with one and the same
    effect on purchase and dropout. penalty_purchase, penalty_dropout: what a squared effect of one standard deviation
    of its column costs the mean log-likelihood per customer (L2; both count for `equal`, and dropout's for `staying`);
    `choose_penalty` finds them by cross-validation. With a penalty, standard errors are those of the penalised curve.

    Reference: Fader & Hardie (2007), "Incorporating Time-Invariant Covariates into the Pareto/NBD and BG/NBD Models",
    section 3; their γ2 is *dropout*, their γ3 *staying*.

    >>> import numpy as np
    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> table = cdnow_sample()
    >>> early = {"early": table.age > 35}
    >>> fitted = BetaGeometricCovariates(purchase=["early"]).fit(
    ...     table.frequency, table.recency, table.age, covariates=early
    ... )
    >>> list(fitted.parameters)
    ['r', 'alpha', 'a', 'b', 'purchase[early]']
    >>> fitted.for_customers(early).expected_purchases(39, table.frequency, table.recency, table.age).shape
    (2357,)
    """

    purchase: Sequence[str] = ()
    dropout: Sequence[str] = ()
    staying: Sequence[str] = ()
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
    ) -> FittedBetaGeometricCovariates:
        """Find the most likely parameters and effects.

        frequency, recency, age, weights: as in `BetaGeometric.fit`. covariates: a table with the named columns, one
        row per customer: a dict of arrays, a data frame of pandas or polars, an Arrow table; numbers, or 0 and 1.

        Raises `InvalidCovariates` (missing_column, not_a_number, not_finite, lengths_differ, constant_column,
        collinear_columns, far_from_zero), `InvalidSetting`, and what `BetaGeometric.fit` raises.
        """
        processes = {"purchase": self.purchase, "dropout": self.dropout, "staying": self.staying, "equal": self.equal}
        terms = asked_terms(processes, {"purchase": self.penalty_purchase, "dropout": self.penalty_dropout})
        seen = observe_terms(terms, frequency, recency, age, weights, covariates)
        return FittedBetaGeometricCovariates.found(estimate_effects(GeometricFamily(), seen, terms), terms.names)
