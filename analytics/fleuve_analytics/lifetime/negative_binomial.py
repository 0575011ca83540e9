"""NBD: buying at random for ever. The model that everything else is measured against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, psi

from fleuve_analytics.lifetime.estimate import climb, in_unit_of_caller
from fleuve_analytics.lifetime.futures import FittedBuying, SimulatedHistories, last_of
from fleuve_analytics.lifetime.geometric import horizon_of
from fleuve_analytics.lifetime.observations import Observations, checked_histories, observe
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["FittedNegativeBinomial", "NegativeBinomial"]

# Times are divided by the mean age: plain starts are never far off.
STARTS = (np.zeros(2), np.array([-1.0, -1.0]), np.array([1.0, 1.0]))


def mean_log_likelihood(log_parameters: FloatArray, seen: Observations) -> tuple[float, FloatArray]:
    """Mean log-likelihood per customer and its gradient in the logarithms of (r, α).

    Per customer: ln L = ln Γ(r+x)/Γ(r) + r ln α − (r+x) ln(α+T), the density of x purchases at their times.
    """
    r, alpha = np.exp(log_parameters)
    x = seen.frequencies
    many, shape, log_now = seen.per_frequency(np.ones_like(seen.age)), (r + x)[seen.group], np.log(alpha + seen.age)
    value = many @ (gammaln(r + x) - gammaln(r) + r * np.log(alpha)) - seen.weight @ (shape * log_now)
    gradient = np.array(
        [
            many @ (psi(r + x) - psi(r) + np.log(alpha)) - seen.weight @ log_now,
            seen.total * r / alpha - seen.weight @ (shape / (alpha + seen.age)),
        ]
    )
    return float(value / seen.total), gradient * np.array([r, alpha]) / seen.total


@dataclass(frozen=True, kw_only=True)
class FittedNegativeBinomial(FittedBuying):
    """A fitted NBD model: parameters, what is known about them, and predictions per customer."""

    model = "NegativeBinomial"

    r: float
    alpha: float

    def probability_alive(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> FloatArray:
        """One for everybody: in this model nobody leaves."""
        return np.ones(checked_histories(frequency, recency, age)[0].shape)

    def expected_purchases(
        self, horizon: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray:
        """Mean number of purchases of each person in the `horizon` (unit of the fit) after the observation."""
        x, _, old = checked_histories(frequency, recency, age)
        return np.asarray((self.r + x) / (self.alpha + old) * horizon_of(horizon), dtype=np.float64)

    def expected_purchases_new(self, horizon: npt.ArrayLike) -> FloatArray:
        """Mean number of repeat purchases of a person unknown so far, in the `horizon` after the first purchase."""
        return self.expected_purchases(horizon, 0, 0, 0)

    def probability_of_purchases(
        self,
        count: npt.ArrayLike,
        horizon: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
    ) -> FloatArray:
        """Chance of exactly `count` purchases in the `horizon` after the observation."""
        x, _, old = checked_histories(frequency, recency, age)
        n, ahead, shape, rate = np.asarray(count, np.float64), horizon_of(horizon), self.r + x, self.alpha + old
        with np.errstate(divide="ignore", invalid="ignore"):
            powers = np.where(n > 0, n * (np.log(ahead) - np.log(rate + ahead)), 0.0)
        log_chance = gammaln(shape + n) - gammaln(shape) - gammaln(n + 1) - shape * np.log1p(ahead / rate) + powers
        return np.asarray(np.exp(log_chance), dtype=np.float64)

    def probability_of_purchases_new(self, count: npt.ArrayLike, horizon: npt.ArrayLike) -> FloatArray:
        """Chance of exactly `count` repeat purchases in the `horizon` after a first purchase."""
        return self.probability_of_purchases(count, horizon, 0, 0, 0)

    def sample_if_alive(
        self, horizon: float, frequency: npt.ArrayLike, age: npt.ArrayLike, draws: int, rng: np.random.Generator
    ) -> IntArray:
        """Possible futures: Poisson numbers at a rate that is Gamma(r+x, α+T) given the data."""
        x, old = (np.atleast_1d(np.asarray(part, dtype=np.float64))[:, np.newaxis] for part in (frequency, age))
        rate = rng.standard_gamma(self.r + x, (x.shape[0], draws)) / (self.alpha + old)
        return rng.poisson(rate * float(horizon_of(horizon)))

    def simulate(self, age: npt.ArrayLike, rng: np.random.Generator) -> SimulatedHistories:
        """Made-up histories, one of a fresh person for each age, as these parameters say they come about."""
        old = np.atleast_1d(np.asarray(age, dtype=np.float64))
        made = rng.poisson(rng.gamma(self.r, 1 / self.alpha, old.shape) * old)
        return SimulatedHistories(made, last_of(made, made, old, rng), old)


@dataclass(frozen=True)
class NegativeBinomial:
    """How often will each customer buy again, if nobody ever leaves? (NBD)

    Assumptions: a person buys at random times at her own steady rate, Gamma(r, α) across people, for ever. When the
    last purchase was says nothing then. It is here to be compared with: what a model that lets people leave wins over
    this one is what leaving explains.

    Reference: Ehrenberg (1959), "The Pattern of Consumer Purchases", Applied Statistics 8(1); fitted to individual
    histories of different ages as by Fader, Hardie & Lee (2005).

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> table = cdnow_sample()
    >>> fitted = NegativeBinomial().fit(table.frequency, table.recency, table.age)
    >>> {name: round(value, 3) for name, value in fitted.parameters.items()}
    {'r': 0.385, 'alpha': 12.072}
    """

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> FittedNegativeBinomial:
        """Find the most likely parameters; arguments and errors are those of `BetaGeometric.fit`."""
        seen = observe(frequency, recency, age, weights)
        top = climb(mean_log_likelihood, seen, STARTS)
        (r, alpha), covariance, log_likelihood = in_unit_of_caller(top, seen, times=(1,))
        return FittedNegativeBinomial(
            r=r,
            alpha=alpha,
            covariance=covariance,
            log_likelihood=log_likelihood,
            customers=seen.total,
            converged=top.is_inside,
        )
