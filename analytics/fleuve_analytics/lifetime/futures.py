"""What every fitted model of buying can do with its own chances: count, discount, wait, draw and make up."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.fitted import Fitted
from fleuve_analytics.lifetime.discounting import checked_discount, discounted_count
from fleuve_analytics.lifetime.observations import checked_histories, shared_rows
from fleuve_analytics.lifetime.waiting import time_until_share
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["FittedBuying", "SimulatedHistories", "last_of"]


@dataclass(frozen=True, eq=False)
class SimulatedHistories:
    """Made-up histories as a model of buying sees them; arrays of shape (n,).

    frequency, recency, age: as in `fit`. log_gaps: sum of the logarithms of the gaps between purchases, for models that
    look at them; None for the others.
    """

    frequency: IntArray
    recency: FloatArray
    age: FloatArray
    log_gaps: FloatArray | None = None


@dataclass(frozen=True, kw_only=True)
class FittedBuying(Fitted):
    """A fitted model of how often customers buy, and of whether they still are customers.

    A model states its chances and means; discounting and waiting follow from them by numerical integration and root
    finding, and models with a closed form put it in the place of the general road.
    """

    @abstractmethod
    def probability_alive(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> FloatArray:
        """Chance that each person is still a customer at the end of the observation (0 to 1)."""

    @abstractmethod
    def expected_purchases(
        self, horizon: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray:
        """Mean number of purchases of each person in the `horizon` (unit of the fit) after the observation."""

    def alive_and_expected(
        self, horizon: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> tuple[FloatArray, FloatArray]:
        """`probability_alive` and `expected_purchases`: models that work out one on the way to the other do so once."""
        return (
            self.probability_alive(frequency, recency, age),
            self.expected_purchases(horizon, frequency, recency, age),
        )

    @abstractmethod
    def expected_purchases_new(self, horizon: npt.ArrayLike) -> FloatArray:
        """Mean number of repeat purchases of a person unknown so far, in the `horizon` after the first purchase."""

    @abstractmethod
    def probability_of_purchases(
        self,
        count: npt.ArrayLike,
        horizon: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
    ) -> FloatArray:
        """Chance of exactly `count` purchases in the `horizon` after the observation."""

    @abstractmethod
    def probability_of_purchases_new(self, count: npt.ArrayLike, horizon: npt.ArrayLike) -> FloatArray:
        """Chance of exactly `count` repeat purchases in the `horizon` after a first purchase."""

    @abstractmethod
    def sample_if_alive(
        self, horizon: float, frequency: npt.ArrayLike, age: npt.ArrayLike, draws: int, rng: np.random.Generator
    ) -> IntArray:
        """Possible futures of people known to be customers still; when the last purchase was no longer matters then."""

    @abstractmethod
    def simulate(self, age: npt.ArrayLike, rng: np.random.Generator) -> SimulatedHistories:
        """Made-up histories, one of a fresh person for each age, as these parameters say they come about."""

    def expected_discounted_purchases(
        self,
        discount_rate: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        horizon: npt.ArrayLike | None = None,
    ) -> FloatArray:
        """Mean number of purchases to come, each counted less the later it comes: e^(−discount_rate · time).

        Over all time to come (DERT, "discounted expected residual transactions") or, with a `horizon`, within it.
        discount_rate: continuous, per unit of time of the fit; from a yearly rate i it is ln(1 + i) over the units in a
        year, and must be above zero without a horizon. Raises `InvalidSetting` or `InvalidHistory`.
        """
        rate, ahead = checked_discount(discount_rate, horizon)
        x, last, old = checked_histories(frequency, recency, age)
        if rate.ndim or ahead.ndim:
            return discounted_count(self.expected_purchases, rate, ahead, x, last, old)
        # Recency matters for the chance of being a customer only, so one row serves all with its frequency and age.
        some_x, some_old, place = shared_rows(x, old)
        fresh = np.where(some_x > 0, some_old, 0.0)
        many = discounted_count(self.expected_purchases, rate, ahead, some_x, fresh, some_old)
        each = np.asarray(many / self.probability_alive(some_x, fresh, some_old))
        return np.asarray(self.probability_alive(x, last, old) * each[place], dtype=np.float64)

    def expected_discounted_purchases_new(
        self, discount_rate: npt.ArrayLike, horizon: npt.ArrayLike | None = None
    ) -> FloatArray:
        """Mean discounted number of repeat purchases of a person unknown so far, counted from the first purchase."""
        rate, ahead = checked_discount(discount_rate, horizon)
        return discounted_count(self.expected_purchases_new, rate, ahead)

    def next_purchase_time(
        self, share: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray:
        """Time from the end of the observation by which the chance of a purchase reaches `share`.

        Infinite where it never does, because the person may have left for good. Raises `InvalidSetting` unless the
        share lies between 0 and 1.
        """
        wanted, x, last, old = np.broadcast_arrays(
            *(np.asarray(p, np.float64) for p in (share, frequency, recency, age))
        )
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


def last_of(made: IntArray, wanted: IntArray, length: FloatArray, rng: np.random.Generator) -> FloatArray:
    """When the `made`-th of `wanted` purchases falls that are spread evenly over `length`; 0 for none."""
    bought = made > 0
    last = np.zeros(length.shape)
    place = rng.beta(made[bought], wanted[bought] - made[bought] + 1)
    last[bought] = np.maximum(place, np.finfo(np.float64).tiny) * length[bought]
    return last
