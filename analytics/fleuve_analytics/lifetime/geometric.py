"""The mathematics that BG/NBD and MBG/NBD share.

Both say: purchases come at random at a personal rate (Gamma across people), and after a purchase the person leaves with
a personal chance (Beta across people). They differ in one thing only: whether the *first* purchase, too, is followed by
a chance to leave. `first_chance` is 0 for BG/NBD and 1 for MBG/NBD; a person with x repeat purchases has survived
x + first_chance such chances while still a customer.

Letters: x frequency, t_x recency, T age; r, α (alpha) shape and rate of the Gamma of purchase rates; a, b of the Beta.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, expit, gammaln, psi

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.lifetime.futures import FittedBuying, SimulatedHistories, last_of
from fleuve_analytics.lifetime.geometric_counts import count_probability, mean_count
from fleuve_analytics.lifetime.observations import Observations, checked_histories
from fleuve_analytics.numerics import FloatArray, IntArray, share_and_softplus

__all__ = ["GeometricDropout", "horizon_of", "log_first_odds", "mean_log_likelihood"]

# Rows that are worked on at a time: their dozen columns then stay in the cache of one core.
CHUNK = 8_192


def mean_log_likelihood(log_parameters: FloatArray, seen: Observations, first_chance: int) -> tuple[float, FloatArray]:
    """Mean log-likelihood per customer and its gradient in the logarithms of (r, α, a, b).

    Per customer: ln L = head(x) − (r+x) ln(α+T) + ln(1 + odds), where odds is "left after the last purchase" against
    "still a customer": odds = a/(b+k−1) · ((α+T)/(α+t_x))^(r+x) with k = x + first_chance, and 0 when k = 0.
    """
    letters = r, alpha, a, b = np.exp(log_parameters)
    x, many = seen.frequencies, seen.counts
    chances = x + first_chance
    survived = np.maximum(b + chances - 1, np.where(chances > 0, 0.0, np.inf))
    tables = r + x, log_first_odds(a, b, chances), 1 / survived
    sums = np.zeros(5)
    for start in range(0, len(seen.age), CHUNK):
        sums += _chunk_sums(alpha, seen, slice(start, start + CHUNK), tables)
    head = gammaln(r + x) - gammaln(r) - x * np.log(alpha) + betaln(a, b + chances) - betaln(a, b)
    gradient = np.array(
        [
            many @ (psi(r + x) - psi(r)) - sums[1],
            seen.total * r / alpha - sums[2],
            many @ (psi(a + b) - psi(a + b + chances)) + sums[3] / a,
            many @ (psi(b + chances) - psi(b) + psi(a + b) - psi(a + b + chances)) - sums[4],
        ]
    )
    return float((many @ head + sums[0]) / seen.total), gradient * letters / seen.total


def _chunk_sums(alpha: float, seen: Observations, rows: slice, tables: tuple[FloatArray, ...]) -> FloatArray:
    """Weighted sums over some rows: ln L without its head, and what its derivatives are made of."""
    group, weight = seen.group[rows], seen.weight[rows]
    shape, first_odds, per_survived = (table[group] for table in tables)
    now, last = alpha + seen.age[rows], alpha + seen.recency[rows]
    # Logarithms relative to α: where everybody is alike, r and α are huge, and r ln α would drown what matters.
    log_now = np.log1p(seen.age[rows] / alpha)
    waited = log_now - np.log1p(seen.recency[rows] / alpha)
    left, softplus = share_and_softplus(first_odds + shape * waited)
    gone = weight * left
    return np.array(
        [
            weight @ (softplus - shape * log_now),
            weight @ (log_now - left * waited),
            weight @ (shape / now) + gone @ (shape * (1 / last - 1 / now)),
            gone.sum(),
            gone @ per_survived,
        ]
    )


def log_first_odds(a: float, b: float, chances: FloatArray) -> FloatArray:
    """ln a/(b+k−1): odds of leaving at the last chance rather than surviving it; impossible without a chance."""
    had = chances > 0
    odds: FloatArray = np.where(had, np.log(a) - np.log(np.where(had, b + chances - 1, 1.0)), -np.inf)
    return odds


@dataclass(frozen=True, kw_only=True)
class GeometricDropout(FittedBuying):
    """Predictions of both models; see `FittedBetaGeometric` and `FittedModifiedBetaGeometric`."""

    first_chance: ClassVar[int]

    r: float
    alpha: float
    a: float
    b: float

    def probability_alive(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> FloatArray:
        """Chance that each person is still a customer at the end of the observation (0 to 1)."""
        x, recent, old = checked_histories(frequency, recency, age)
        log_odds = log_first_odds(self.a, self.b, x + self.first_chance)
        log_odds = log_odds + (self.r + x) * np.log((self.alpha + old) / (self.alpha + recent))
        return np.asarray(expit(-log_odds), dtype=np.float64)

    def expected_purchases(
        self, horizon: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray:
        """Mean number of purchases of each person in the `horizon` (unit of the fit) after the observation."""
        x, _, old = checked_histories(frequency, recency, age)
        chance = self.probability_alive(frequency, recency, age)
        lasting = self.b + x + self.first_chance
        return chance * mean_count(horizon_of(horizon), self.r + x, self.alpha + old, self.a, lasting)

    def expected_purchases_new(self, horizon: npt.ArrayLike) -> FloatArray:
        """Mean number of repeat purchases of a person unknown so far, in the `horizon` after the first purchase."""
        stays = self.b / (self.a + self.b) if self.first_chance else 1.0
        return stays * mean_count(horizon_of(horizon), self.r, self.alpha, self.a, self.b + self.first_chance)

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
        chance = self.probability_alive(frequency, recency, age)
        lasting = self.b + x + self.first_chance
        made = count_probability(count, horizon_of(horizon), self.r + x, self.alpha + old, self.a, lasting)
        return np.asarray(chance * made + (1 - chance) * (np.asarray(count) == 0), dtype=np.float64)

    def probability_of_purchases_new(self, count: npt.ArrayLike, horizon: npt.ArrayLike) -> FloatArray:
        """Chance of exactly `count` repeat purchases in the `horizon` after a first purchase."""
        stays = self.b / (self.a + self.b) if self.first_chance else 1.0
        lasting = self.b + self.first_chance
        made = count_probability(count, horizon_of(horizon), self.r, self.alpha, self.a, lasting)
        return np.asarray(stays * made + (1 - stays) * (np.asarray(count) == 0), dtype=np.float64)

    def sample_if_alive(
        self, horizon: float, frequency: npt.ArrayLike, age: npt.ArrayLike, draws: int, rng: np.random.Generator
    ) -> IntArray:
        """Possible futures of people known to be customers still; when the last purchase was no longer matters then.

        Given the data, a living customer's rate is Gamma(r+x, α+T) and chance of leaving Beta(a, b+k), independent;
        the number of purchases is then the smaller of a Poisson count and the geometric number allowed before leaving.
        """
        x, old = (np.atleast_1d(np.asarray(part, dtype=np.float64))[:, np.newaxis] for part in (frequency, age))
        size = (x.shape[0], draws)
        wanted = rng.poisson(rng.gamma(self.r + x, float(horizon_of(horizon)) / (self.alpha + old), size))
        # A chance that underflows to zero would make the geometric law undefined; at 1e-12 nobody leaves anyway.
        leaving = np.maximum(rng.beta(self.a, self.b + x + self.first_chance, size), 1e-12)
        return np.minimum(wanted, rng.geometric(leaving))

    def simulate(self, age: npt.ArrayLike, rng: np.random.Generator) -> SimulatedHistories:
        """Made-up histories, one of a fresh person for each age, as these parameters say they come about.

        The wished purchases within the age fall evenly on it, so the last one made is an order statistic of uniforms.
        """
        old = np.atleast_1d(np.asarray(age, dtype=np.float64))
        wanted = rng.poisson(rng.gamma(self.r, 1 / self.alpha, old.shape) * old)
        leaving = np.maximum(rng.beta(self.a, self.b, old.shape), 1e-12)
        made = np.minimum(wanted, rng.geometric(leaving) - self.first_chance)
        return SimulatedHistories(made, last_of(made, wanted, old, rng), old)


def horizon_of(horizon: npt.ArrayLike) -> FloatArray:
    """The horizon as floats; `InvalidSetting` unless finite and not negative."""
    ahead = np.asarray(horizon, dtype=np.float64)
    if not np.isfinite(ahead).all() or (ahead < 0).any():
        raise InvalidSetting("The horizon must be a length of time of zero or more.", code="horizon")
    return ahead
