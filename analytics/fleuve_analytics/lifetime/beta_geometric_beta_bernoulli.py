"""BG/BB: buying or not at each opportunity, until leaving before one of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, gammaln

from fleuve_analytics.fitted import covariance_of
from fleuve_analytics.lifetime.estimate import climb, starts_from
from fleuve_analytics.lifetime.futures import FittedBuying, SimulatedHistories
from fleuve_analytics.lifetime.observations import observe
from fleuve_analytics.lifetime.opportunities import checked_opportunities, log_likelihoods, mean_log_likelihood
from fleuve_analytics.lifetime.opportunity_counts import (
    chance_of_count,
    discounted_presence,
    opportunities_until_share,
    whole_horizon,
)
from fleuve_analytics.lifetime.survivals import mean_survivals
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["BetaGeometricBetaBernoulli", "FittedBetaGeometricBetaBernoulli"]


@dataclass(frozen=True, kw_only=True)
class FittedBetaGeometricBetaBernoulli(FittedBuying):
    """A fitted BG/BB model: parameters, what is known about them, and predictions per customer.

    Time is counted in opportunities: `age` is their number, `recency` that of the last purchase (0 without one), and a
    horizon is a whole number of them.
    """

    model = "BetaGeometricBetaBernoulli"

    alpha: float
    beta: float
    gamma: float
    delta: float

    def probability_alive(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> FloatArray:
        """Chance that each person was still a customer at the last opportunity (0 to 1)."""
        return self.probability_alive_at(0, frequency, recency, age)

    def probability_alive_at(
        self, ahead: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray:
        """Chance to be still a customer `ahead` opportunities after the last one observed.

        The paper's table of chances is for the next opportunity (ahead = 1).
        """
        later = whole_horizon(ahead)
        x, last, n = checked_opportunities(frequency, recency, age)
        stays = betaln(self.alpha + x, self.beta + n - x) - betaln(self.alpha, self.beta)
        stays = stays + betaln(self.gamma, self.delta + n + later) - betaln(self.gamma, self.delta)
        return np.minimum(np.exp(stays - self._log_likelihood(x, last, n)), 1.0)

    def probability_of_history(
        self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray:
        """Chance that a new person shows this frequency and recency after `age` opportunities.

        Over all frequencies and recencies of one age the chances add up to one; times the number of customers they are
        the table that the model expects.
        """
        x, last, n = checked_opportunities(frequency, recency, age)
        some = x > 0
        before, between = np.where(some, last, 1.0), np.where(some, x, 1.0)
        orders = gammaln(before) - gammaln(between) - gammaln(before - between + 1)
        return np.asarray(np.exp(orders + self._log_likelihood(x, last, n)), dtype=np.float64)

    def expected_purchases(
        self, horizon: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray:
        """Mean number of purchases of each person at the next `horizon` opportunities."""
        ahead = whole_horizon(horizon)
        x, last, n = checked_opportunities(frequency, recency, age)
        return self._pace(x, last, n) * mean_survivals(ahead, self.gamma, self.delta + n)

    def expected_purchases_new(self, horizon: npt.ArrayLike) -> FloatArray:
        """Mean number of purchases of a person unknown so far at her first `horizon` opportunities."""
        return self.expected_purchases(horizon, 0, 0, 0)

    def probability_of_purchases(
        self,
        count: npt.ArrayLike,
        horizon: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
    ) -> FloatArray:
        """Chance of exactly `count` purchases at the next `horizon` opportunities."""
        ahead = whole_horizon(horizon)
        x, last, n = checked_opportunities(frequency, recency, age)
        alive = self.probability_alive(x, last, n)
        made = chance_of_count(count, ahead, self.alpha + x, self.beta + n - x, self.gamma, self.delta + n)
        return np.asarray(alive * made + (1 - alive) * (np.asarray(count) == 0), dtype=np.float64)

    def probability_of_purchases_new(self, count: npt.ArrayLike, horizon: npt.ArrayLike) -> FloatArray:
        """Chance of exactly `count` purchases of a person unknown so far at her first `horizon` opportunities."""
        return self.probability_of_purchases(count, horizon, 0, 0, 0)

    def expected_discounted_purchases(
        self,
        discount_rate: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        horizon: npt.ArrayLike | None = None,
    ) -> FloatArray:
        """Mean number of purchases to come, the one at the m-th next opportunity counting 1/(1 + discount_rate)^m.

        discount_rate: per opportunity and discrete, as the opportunities are (10 % is 0.10; from a continuous rate δ it
        is e^δ − 1); above zero without a horizon. Raises `InvalidSetting` or `InvalidHistory`.
        """
        x, last, n = checked_opportunities(frequency, recency, age)
        return self._pace(x, last, n) * discounted_presence(discount_rate, horizon, self.gamma, self.delta + n)

    def expected_discounted_purchases_new(
        self, discount_rate: npt.ArrayLike, horizon: npt.ArrayLike | None = None
    ) -> FloatArray:
        """Mean discounted number of purchases of a person unknown so far."""
        return self.expected_discounted_purchases(discount_rate, 0, 0, 0, horizon)

    def next_purchase_time(
        self, share: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray:
        """Number of opportunities by which the chance of a purchase reaches `share`.

        Infinite where ten thousand do not suffice. Raises `InvalidSetting` unless the share lies between 0 and 1.
        """
        x, last, n = checked_opportunities(frequency, recency, age)
        alive = self.probability_alive(x, last, n)
        return opportunities_until_share(share, alive, self.alpha + x, self.beta + n - x, self.gamma, self.delta + n)

    def sample_if_alive(
        self, horizon: float, frequency: npt.ArrayLike, age: npt.ArrayLike, draws: int, rng: np.random.Generator
    ) -> IntArray:
        """Possible futures of people known to be customers still; when the last purchase was no longer matters then."""
        ahead = int(whole_horizon(horizon))
        x, n = (np.atleast_1d(np.asarray(part, dtype=np.float64))[:, np.newaxis] for part in (frequency, age))
        size = (x.shape[0], draws)
        buying = rng.beta(self.alpha + x, self.beta + n - x, size)
        return rng.binomial(self._there(ahead, self.delta + n, size, rng), buying)

    def simulate(self, age: npt.ArrayLike, rng: np.random.Generator) -> SimulatedHistories:
        """Made-up histories, one of a fresh person for each age (a number of opportunities)."""
        n = np.atleast_1d(np.asarray(age, dtype=np.float64))
        there = self._there(n.astype(np.int64), np.asarray(self.delta), n.shape, rng)
        buying = rng.beta(self.alpha, self.beta, n.shape)
        frequency, recency = np.zeros(n.shape, dtype=np.int64), np.zeros(n.shape)
        for place in range(1, int(there.max(initial=0)) + 1):
            buys = (place <= there) & (rng.random(n.shape) < buying)
            frequency += buys
            recency[buys] = place
        return SimulatedHistories(frequency, recency, n)

    def _there(
        self, ahead: int | IntArray, delta: FloatArray, size: tuple[int, ...], rng: np.random.Generator
    ) -> IntArray:
        """How many of the next `ahead` opportunities a living customer is there for."""
        # A chance that underflows to zero would make the geometric law undefined; at 1e-12 nobody leaves anyway.
        leaving = np.maximum(rng.beta(self.gamma, delta, size), 1e-12)
        return np.minimum(rng.geometric(leaving) - 1, ahead)

    def _pace(self, x: FloatArray, last: FloatArray, n: FloatArray) -> FloatArray:
        """Chance to be a customer still, times the mean chance of buying at an opportunity."""
        return self.probability_alive(x, last, n) * (self.alpha + x) / (self.alpha + self.beta + n)

    def _log_likelihood(self, x: FloatArray, last: FloatArray, n: FloatArray) -> FloatArray:
        letters = self.alpha, self.beta, self.gamma, self.delta
        step = int(n.max(initial=0.0)) + 1  # x ≤ last ≤ n: the three are digits of one number
        keys, place = np.unique((x * step + last) * step + n, return_inverse=True)
        rows = keys // step**2, keys // step % step, keys % step
        return log_likelihoods(letters, *rows)[place].reshape(x.shape)


@dataclass(frozen=True)
class BetaGeometricBetaBernoulli:
    """How often will each customer buy at coming opportunities, and is she still a customer? (BG/BB)

    For what can be bought only now and then, or is only recorded so: the yearly donation, the weekly market, the
    monthly issue. Assumptions: at each opportunity a customer buys with her own steady chance, Beta(α, β) across
    people; before each she leaves for good with her own chance, Beta(γ, δ) across people; the two are independent.

    start: a fit of similar data where the search may begin; it ends at the same place, sooner.

    Reference: Fader, Hardie & Shang (2010), "Customer-Base Analysis in a Discrete-Time Noncontractual Setting",
    Marketing Science 29(6).

    >>> from fleuve_analytics.datasets import donations
    >>> table = donations()
    >>> fitted = BetaGeometricBetaBernoulli().fit(table.frequency, table.recency, table.opportunities, table.donors)
    >>> {name: round(value, 3) for name, value in fitted.parameters.items()}
    {'alpha': 1.204, 'beta': 0.75, 'gamma': 0.657, 'delta': 2.783}
    >>> round(float(fitted.expected_purchases(5, 6, 6, 6)), 2)
    3.75
    """

    start: FittedBetaGeometricBetaBernoulli | None = None

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> FittedBetaGeometricBetaBernoulli:
        """Find the most likely parameters.

        frequency: purchases of each customer after the first, shape (n,). recency: at which opportunity the last of
        them was, 0 without any; age: how many opportunities there were after the first purchase; whole numbers.
        weights: how many customers each row stands for.

        Raises `InvalidHistory`, `InvalidSetting` (weights), `NotEnoughData` or `DidNotConverge`.
        """
        checked_opportunities(frequency, recency, age)
        seen = observe(frequency, recency, age, weights)
        top = climb(mean_log_likelihood, seen, starts_from(self.start, seen, times=()))
        parameters = np.exp(top.at)
        alpha, beta, gamma, delta = parameters.tolist()
        return FittedBetaGeometricBetaBernoulli(
            alpha=alpha,
            beta=beta,
            gamma=gamma,
            delta=delta,
            covariance=covariance_of(top.hessian, parameters, seen.total),
            log_likelihood=top.value * seen.total,
            customers=seen.total,
            converged=top.is_inside,
        )
