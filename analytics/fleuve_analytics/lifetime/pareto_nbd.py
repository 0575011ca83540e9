"""Pareto/NBD: buying at random until leaving at some unseen moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.lifetime.discounting import checked_discount, discounted_count
from fleuve_analytics.lifetime.estimate import climb, guide_from, in_unit_of_caller, starts_from
from fleuve_analytics.lifetime.futures import FittedBuying, SimulatedHistories, last_of
from fleuve_analytics.lifetime.geometric import horizon_of
from fleuve_analytics.lifetime.observations import checked_histories, observe
from fleuve_analytics.lifetime.pareto import chance_of_count, log_odds_left, mean_log_likelihood
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["FittedParetoNBD", "ParetoNBD"]


@dataclass(frozen=True, kw_only=True)
class FittedParetoNBD(FittedBuying):
    """A fitted Pareto/NBD model: parameters, what is known about them, and predictions per customer."""

    model = "ParetoNBD"

    r: float
    alpha: float
    s: float
    beta: float

    def probability_alive(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> FloatArray:
        """Chance that each person is still a customer at the end of the observation (0 to 1)."""
        from scipy.special import expit

        x, recent, old = checked_histories(frequency, recency, age)
        return np.asarray(expit(-log_odds_left(self._letters, x, recent, old)), dtype=np.float64)

    def expected_purchases(
        self, horizon: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray:
        """Mean number of purchases of each person in the `horizon` (unit of the fit) after the observation."""
        return self.alive_and_expected(horizon, frequency, recency, age)[1]

    def alive_and_expected(
        self, horizon: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> tuple[FloatArray, FloatArray]:
        """`probability_alive` and `expected_purchases`, for the price of one."""
        x, _, old = checked_histories(frequency, recency, age)
        rate = (self.r + x) / (self.alpha + old)
        alive = self.probability_alive(frequency, recency, age)
        return alive, alive * rate * self._mean_time(horizon_of(horizon), self.beta + old)

    def expected_purchases_new(self, horizon: npt.ArrayLike) -> FloatArray:
        """Mean number of repeat purchases of a person unknown so far, in the `horizon` after the first purchase."""
        return self.r / self.alpha * self._mean_time(horizon_of(horizon), np.asarray(self.beta))

    def expected_discounted_purchases(
        self,
        discount_rate: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        horizon: npt.ArrayLike | None = None,
    ) -> FloatArray:
        """Mean number of purchases to come, each counted less the later it comes; arguments as in `FittedBuying`.

        P(alive) · (r+x)/(α+T) times the discounted time that a living customer stays: over all time to come this is
        δ^(s−1) (β+T)^s Ψ(s, s; δ(β+T)), equation 2 of Fader, Hardie & Lee (2005), "RFM and CLV: Using Iso-Value Curves
        for Customer Base Analysis". Libraries lose Ψ, the confluent hypergeometric function of the second kind, for
        large arguments, where its parts are integrated instead.
        """
        ahead = checked_discount(discount_rate, horizon)
        x, last, old = checked_histories(frequency, recency, age)
        ages, place = np.unique(old, return_inverse=True)
        if ahead[0].ndim or ahead[1].ndim:
            stays = discounted_count(self._mean_time, *ahead, self.beta + old)
        else:
            stays = discounted_count(self._mean_time, *ahead, self.beta + ages)[place.reshape(old.shape)]
        return self.probability_alive(x, last, old) * (self.r + x) / (self.alpha + old) * stays

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
        alive = self.probability_alive(frequency, recency, age)
        made = chance_of_count(count, horizon_of(horizon), self.r + x, self.alpha + old, self.s, self.beta + old)
        return np.asarray(alive * made + (1 - alive) * (np.asarray(count) == 0), dtype=np.float64)

    def probability_of_purchases_new(self, count: npt.ArrayLike, horizon: npt.ArrayLike) -> FloatArray:
        """Chance of exactly `count` repeat purchases in the `horizon` after a first purchase."""
        return chance_of_count(count, horizon_of(horizon), self.r, self.alpha, self.s, self.beta)

    def sample_if_alive(
        self, horizon: float, frequency: npt.ArrayLike, age: npt.ArrayLike, draws: int, rng: np.random.Generator
    ) -> IntArray:
        """Possible futures of people known to be customers still; when the last purchase was no longer matters then.

        Given the data, a living customer's rate is Gamma(r+x, α+T) and leaving rate Gamma(s, β+T), independent.
        """
        x, old = (np.atleast_1d(np.asarray(part, dtype=np.float64))[:, np.newaxis] for part in (frequency, age))
        size = (x.shape[0], draws)
        rate = rng.gamma(self.r + x, 1 / (self.alpha + old), size)
        # An exponential time with a Gamma rate is a Lomax time: drawn directly, no rate near zero divides.
        stays = np.minimum(rng.pareto(self.s, size), float(horizon_of(horizon)) / (self.beta + old)) * (self.beta + old)
        return rng.poisson(rate * stays)

    def simulate(self, age: npt.ArrayLike, rng: np.random.Generator) -> SimulatedHistories:
        """Made-up histories, one of a fresh person for each age, as these parameters say they come about."""
        old = np.atleast_1d(np.asarray(age, dtype=np.float64))
        stays = np.minimum(rng.pareto(self.s, old.shape), old / self.beta) * self.beta
        made = rng.poisson(rng.gamma(self.r, 1 / self.alpha, old.shape) * stays)
        return SimulatedHistories(made, last_of(made, made, stays, rng), old)

    @property
    def _letters(self) -> tuple[float, float, float, float]:
        return self.r, self.alpha, self.s, self.beta

    def _mean_time(self, ahead: FloatArray, beta: FloatArray) -> FloatArray:
        """Mean time that a living customer stays within the horizon; smooth through s = 1."""
        log_growth = np.log1p(ahead / beta)
        power = (self.s - 1) * log_growth
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(np.abs(power) < 1e-12, 1.0, -np.expm1(-power) / power)
        return np.asarray(beta * log_growth * share, dtype=np.float64)


@dataclass(frozen=True)
class ParetoNBD:
    """How often will each customer buy again, when people may leave at any moment? (Pareto/NBD)

    Assumptions: while a customer, a person buys at random times at her own steady rate, Gamma(r, α) across people; her
    time as a customer is exponential with her own rate, Gamma(s, β) across people; both rates are independent. One-time
    buyers may be gone. The spread of leaving rates (s, β) is weakly known in most data: compare predictions, not β.

    start: a fit of similar data where the search may begin; it ends at the same place, sooner.

    Reference: Schmittlein, Morrison & Colombo (1987), "Counting Your Customers: Who Are They and What Will They Do
    Next?", Management Science 33(1).

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> table = cdnow_sample()
    >>> fitted = ParetoNBD().fit(table.frequency, table.recency, table.age)
    >>> round(fitted.r, 3), round(fitted.s, 3)
    (0.553, 0.606)
    """

    start: FittedParetoNBD | None = None

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> FittedParetoNBD:
        """Find the most likely parameters; arguments and errors are those of `BetaGeometric.fit`."""
        seen = observe(frequency, recency, age, weights)
        times = (1, 3)
        guide = guide_from(self.start, seen, times)
        top = climb(mean_log_likelihood, seen, starts_from(self.start, seen, times), guide)
        (r, alpha, s, beta), covariance, log_likelihood = in_unit_of_caller(top, seen, times)
        return FittedParetoNBD(
            r=r,
            alpha=alpha,
            s=s,
            beta=beta,
            covariance=covariance,
            log_likelihood=log_likelihood,
            customers=seen.total,
            converged=top.is_inside,
        )
