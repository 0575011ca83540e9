"""Churn by logistic regression: the baseline that a better model must beat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.churn.score import FittedChurn, checked_features, checked_names, checked_outcomes
from fleuve_analytics.errors import DidNotConverge, InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["ChurnLogistic", "FittedChurnLogistic"]


@dataclass(frozen=True, kw_only=True)
class FittedChurnLogistic(FittedChurn):
    """Logistic regression: log-odds = intercept + Σ coefficient · (feature − centre), in the units of the features.

    centre: mean of each feature, which stands in for a missing figure. log_likelihood: without the penalty.
    """

    model = "ChurnLogistic"

    intercept: float
    coefficients: tuple[float, ...]
    centre: tuple[float, ...]
    log_likelihood: float

    def log_odds(self, features: npt.ArrayLike) -> FloatArray:
        """Log-odds of leaving of each customer, (n,)."""
        base, added = self.contributions(features)
        return np.asarray(base + added.sum(axis=1), dtype=np.float64)

    def contributions(self, features: npt.ArrayLike) -> tuple[float, FloatArray]:
        """Log-odds of a customer with mean features, and what each feature adds for each customer, (n, p)."""
        values = checked_features(features, len(self.names))
        away = np.where(np.isnan(values), 0.0, values - np.array(self.centre))
        return self.intercept, away * np.array(self.coefficients)


@dataclass(frozen=True)
class ChurnLogistic:
    """Who is about to leave? (logistic regression with a ridge; no extra needed)

    Assumptions: every feature moves the log-odds of leaving along a line, whatever the others; a missing figure says
    nothing. Take logarithms of skewed features.

    names: of the features, for reasons. penalty: pull of each standardised coefficient towards zero (the variance of
    its prior is 1/penalty): 1 is worth about one customer and settles features that say the same.

    >>> rng = np.random.default_rng(4)
    >>> silence = rng.exponential(1, 500)
    >>> left = rng.random(500) < 1 / (1 + np.exp(2 - silence))
    >>> fitted = ChurnLogistic(names=("silence",)).fit(silence[:, np.newaxis], left)
    >>> round(fitted.coefficients[0], 1)
    1.1
    """

    names: tuple[str, ...] = ()
    penalty: float = 1.0

    def fit(
        self,
        features: npt.ArrayLike,
        happened: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
        *,
        groups: npt.ArrayLike | None = None,
    ) -> FittedChurnLogistic:
        """Find the coefficients by Newton's method; arguments as in `ChurnModel.fit` (`groups` play no part).

        Raises `InvalidSetting`, `NotEnoughData`, `DidNotConverge`.
        """
        if not (np.isfinite(self.penalty) and self.penalty > 0):
            raise InvalidSetting(
                "The penalty is above zero: without one, two equal features have no answer.", code="penalty"
            )
        values = checked_features(features)
        names = checked_names(self.names, values.shape[1])
        outcome, weight = checked_outcomes(values, happened, weights)
        centre, scale, design = _standardised(values, weight)
        line, likelihood = _newton(design, outcome, weight, self.penalty)
        return FittedChurnLogistic(
            customers=float(weight.sum()),
            churners=float(weight @ outcome),
            names=names,
            steps=(),
            intercept=float(line[0]),
            coefficients=tuple((line[1:] / scale).tolist()),
            centre=tuple(centre.tolist()),
            log_likelihood=likelihood,
        )


def _standardised(values: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Means and deviations of the known figures, and a design matrix with the missing ones at the mean."""
    known = np.isfinite(values)
    mass = np.maximum(weight @ known, 1e-300)
    centre = (weight @ np.where(known, values, 0.0)) / mass
    away = np.where(known, values - centre, 0.0)
    scale = np.sqrt(weight @ away**2 / mass)
    # A feature that never varies gets coefficient zero.
    scale = np.where(scale > 1e-12 * np.maximum(np.abs(centre), 1e-300), scale, np.inf)
    return centre, scale, np.column_stack([np.ones(len(values)), away / scale])


def _newton(design: FloatArray, outcome: FloatArray, weight: FloatArray, penalty: float) -> tuple[FloatArray, float]:
    from scipy.special import expit, log_expit

    pull = np.full(design.shape[1], penalty)
    pull[0] = 0.0
    sign = 2 * outcome - 1

    def value(at: FloatArray) -> float:
        return float(weight @ log_expit(sign * (design @ at)) - pull @ at**2 / 2)

    share = float(np.average(outcome, weights=weight))
    line = np.zeros(design.shape[1])
    line[0] = np.log(share / (1 - share))
    for _ in range(100):
        chance = expit(design @ line)
        gradient = design.T @ (weight * (outcome - chance)) - pull * line
        if np.abs(gradient).max() < 1e-9 * weight.sum():
            return line, float(weight @ log_expit(sign * (design @ line)))
        bend = (design * (weight * chance * (1 - chance))[:, np.newaxis]).T @ design + np.diag(pull)
        step, here = np.linalg.solve(bend, gradient), value(line)
        # The function is concave: halving ends at a gain unless rounding is all that is left to gain.
        shorter = (line + step / 2**halving for halving in range(30))
        line = next((there for there in shorter if value(there) >= here - 1e-12 * abs(here)), line)
    raise DidNotConverge("No best coefficients were found. Raise the penalty.", code="no_maximum")
