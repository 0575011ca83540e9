"""The predictions of fitted models of buying, for customers who differ in what is known of them."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidHistory
from fleuve_analytics.lifetime.crowd import Crowd
from fleuve_analytics.lifetime.discounting import checked_discount
from fleuve_analytics.lifetime.futures import SimulatedHistories
from fleuve_analytics.lifetime.geometric import horizon_of
from fleuve_analytics.lifetime.observations import checked_histories
from fleuve_analytics.lifetime.waiting import time_until_share
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["BuyingOfCustomers", "CrowdChances"]


class CrowdChances:
    """The predictions of every fitted model of buying, out of a crowd of customers."""

    @property
    @abstractmethod
    def _crowd(self) -> Crowd:
        """Who is asked about."""

    def probability_alive(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> FloatArray:
        """Chance that each person is still a customer at the end of the observation (0 to 1)."""
        crowd, history = self._asked(frequency, recency, age)
        return np.clip(crowd.after(lambda member: member.probability_alive(*history), *history), 0.0, 1.0)

    def expected_purchases(
        self, horizon: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray:
        """Mean number of purchases of each person in the `horizon` (unit of the fit) after the observation."""
        crowd, history = self._asked(frequency, recency, age)
        return crowd.expected(horizon_of(horizon), *history)

    def expected_purchases_new(self, horizon: npt.ArrayLike) -> FloatArray:
        """Mean number of repeat purchases of a person unknown so far, in the `horizon` after the first purchase."""
        return self._crowd.expected_new(horizon_of(horizon))

    def probability_of_purchases(
        self,
        count: npt.ArrayLike,
        horizon: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
    ) -> FloatArray:
        """Chance of exactly `count` purchases in the `horizon` after the observation."""
        crowd, history = self._asked(frequency, recency, age)
        chance = crowd.after(lambda member: member.probability_of_purchases(count, horizon, *history), *history)
        return np.clip(chance, 0.0, 1.0)

    def probability_of_purchases_new(self, count: npt.ArrayLike, horizon: npt.ArrayLike) -> FloatArray:
        """Chance of exactly `count` repeat purchases in the `horizon` after a first purchase."""
        chance = self._crowd.before(lambda member: member.probability_of_purchases_new(count, horizon))
        return np.clip(chance, 0.0, 1.0)

    def expected_discounted_purchases(
        self,
        discount_rate: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        horizon: npt.ArrayLike | None = None,
    ) -> FloatArray:
        """Mean number of purchases to come, each counted less the later it comes; see `FittedBuying`."""
        rate, ahead = checked_discount(discount_rate, horizon)
        crowd, history = self._asked(frequency, recency, age)
        return crowd.discounted(rate, ahead, *history)

    def expected_discounted_purchases_new(
        self, discount_rate: npt.ArrayLike, horizon: npt.ArrayLike | None = None
    ) -> FloatArray:
        """Mean discounted number of repeat purchases of a person unknown so far, counted from the first purchase."""
        return self._crowd.discounted_new(*checked_discount(discount_rate, horizon))

    def next_purchase_time(
        self, share: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray:
        """Time by which the chance of a purchase reaches `share`; infinite where it never does. See `FittedBuying`."""
        crowd, history = self._asked(frequency, recency, age)
        wanted, x, last, old = np.broadcast_arrays(np.asarray(share, dtype=np.float64), *history, *crowd.letters)[:4]
        return time_until_share(lambda time: 1 - self.probability_of_purchases(0, time, x, last, old), wanted)

    def sample_future_purchases(
        self,
        horizon: float,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        draws: int,
        rng: np.random.Generator,
    ) -> IntArray:
        """Possible futures: `draws` numbers of purchases per customer (customers × draws), from the exact posterior."""
        alive = np.atleast_1d(self.probability_alive(frequency, recency, age))[:, np.newaxis]
        made = self.sample_if_alive(horizon, frequency, age, draws, rng)
        return made * (rng.random(made.shape) < alive)

    def sample_if_alive(
        self, horizon: float, frequency: npt.ArrayLike, age: npt.ArrayLike, draws: int, rng: np.random.Generator
    ) -> IntArray:
        """Possible futures of people known to be customers still; when the last purchase was no longer matters then."""
        crowd, (x, _, old) = self._asked(frequency, np.where(np.asarray(frequency) > 0, age, 0.0), age)
        return crowd.sample_if_alive(float(horizon_of(horizon)), np.atleast_1d(x), np.atleast_1d(old), draws, rng)

    def simulate(self, age: npt.ArrayLike, rng: np.random.Generator) -> SimulatedHistories:
        """Made-up histories, one of a fresh person for each age, as these parameters say they come about."""
        return self._crowd.simulate(np.atleast_1d(np.asarray(age, dtype=np.float64)), rng)

    def _asked(
        self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> tuple[Crowd, tuple[FloatArray, FloatArray, FloatArray]]:
        crowd, history = self._crowd, checked_histories(frequency, recency, age)
        known = np.broadcast_shapes(*(np.shape(letter) for letter in crowd.letters))
        if known and history[0].ndim and history[0].shape[-1] not in (1, known[-1]):
            raise InvalidHistory(
                f"There are {history[0].shape[-1]} histories of {known[-1]} customers. Ask about the customers of "
                "for_customers, in the same order.",
                code="lengths_differ",
            )
        return crowd, history


@dataclass(frozen=True, eq=False)
class BuyingOfCustomers(CrowdChances):
    """Predictions for given customers, each with letters of her own: what `for_customers` returns.

    Every method of a fitted model of buying, for histories in the order of the customers. letters: the parameters by
    name, each one number or one per customer.
    """

    crowd: Crowd

    @property
    def letters(self) -> dict[str, FloatArray]:
        """The parameters of the customers by name, each one number or one per customer."""
        return {
            name: np.asarray(letter, dtype=np.float64)
            for name, letter in zip(self.crowd.family.letters, self.crowd.letters, strict=True)
        }

    @property
    def own_letters(self) -> tuple[FloatArray, ...]:
        """The parameters in which customers differ, one value per customer each."""
        return tuple(letter for letter in self.letters.values() if letter.ndim)

    def taken(self, rows: IntArray) -> BuyingOfCustomers:
        """Predictions for some of the customers, by their places."""
        r, alpha, third, fourth = (letter[rows] if np.ndim(letter) else letter for letter in self.crowd.letters)
        return BuyingOfCustomers(replace(self.crowd, letters=(r, alpha, third, fourth)))

    def log_likelihood(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> FloatArray:
        """Logarithm of the likelihood of each history: to compare models on customers that they were not fitted on."""
        crowd, history = self._asked(frequency, recency, age)
        return crowd.log_likelihood(*history)

    @property
    def _crowd(self) -> Crowd:
        return self.crowd
