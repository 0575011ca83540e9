"""BG/NBD in which the pace of buying and the chance of leaving may go together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy.typing as npt

from fleuve_analytics.lifetime.asked import asked_terms, observe_terms
from fleuve_analytics.lifetime.correlated import FittedTied, require_reference
from fleuve_analytics.lifetime.effects import estimate_effects
from fleuve_analytics.lifetime.families import GeometricFamily

__all__ = ["BetaGeometricCorrelated", "FittedBetaGeometricCorrelated"]


@dataclass(frozen=True, kw_only=True)
class FittedBetaGeometricCorrelated(FittedTied):
    """A fitted BG/NBD model with a tie between buying and leaving."""

    model = "BetaGeometricCorrelated"
    family = GeometricFamily()

    r: float
    alpha: float
    a: float
    b: float


@dataclass(frozen=True)
class BetaGeometricCorrelated:
    """Do those who buy often leave after fewer purchases, or after more? (BG/NBD with Sarmanov's tie)

    Assumptions: those of `BetaGeometric`, except that a person's rate of purchases λ and chance of leaving p may go
    together: their joint density is that of the independent model times 1 + m·(e^(−cλ) − A)·((1 − p) − B), A and B
    being the means. The spreads of both stay Gamma(r, α) and Beta(a, b). m > 0: frequent buyers leave after fewer
    purchases; m = 0: exactly `BetaGeometric`. The correlation that m implies, and the range that this tie can reach at
    all, are stated by the fitted model; compare both models with `likelihood_ratio`. When m ends at its bound,
    `converged` is False.

    reference_time: c; None (the default) takes alpha, so that the answer does not depend on the unit of time.

    Reference: the construction of Park & Fader (2004), "Modeling Browsing Behavior at Multiple Websites", Marketing
    Science 23(3), with a Beta in the place of the second Gamma.

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> table = cdnow_sample()
    >>> fitted = BetaGeometricCorrelated().fit(table.frequency, table.recency, table.age)
    >>> round(fitted.log_likelihood, 2), round(fitted.correlation, 2)
    (-9578.93, 0.29)
    """

    reference_time: float | None = None

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> FittedBetaGeometricCorrelated:
        """Find the most likely parameters; arguments and errors are those of `BetaGeometric.fit`."""
        require_reference(self.reference_time)
        terms = asked_terms({}, {"purchase": 0.0, "dropout": 0.0})
        seen = observe_terms(terms, frequency, recency, age, weights, None)
        found = estimate_effects(GeometricFamily(), seen, terms, tied=True, reference=self.reference_time)
        return FittedBetaGeometricCorrelated.found(found, (), m=found.m, reference_time=self.reference_time)
