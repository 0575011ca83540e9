"""What BG/CNBD-k and MBG/CNBD-k predict about regular buyers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.lifetime.discounting import checked_discount, discounted_count
from fleuve_analytics.lifetime.futures import FittedBuying, SimulatedHistories
from fleuve_analytics.lifetime.geometric import horizon_of
from fleuve_analytics.lifetime.observations import checked_histories
from fleuve_analytics.lifetime.regular import log_odds_left, unseen_stages
from fleuve_analytics.lifetime.regular_counts import chance_of_count, mean_count
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["RegularDropout", "checked_k"]


def checked_k(k: float | None) -> None:
    """Raise `InvalidSetting` unless k is None or a whole number of one or more."""
    if k is not None and (isinstance(k, bool) or k != int(k) or k < 1):
        raise InvalidSetting(f"k must be a whole number of one or more, or None to find it, not {k}.", code="k", k=k)


@dataclass(frozen=True, kw_only=True)
class RegularDropout(FittedBuying):
    """Predictions of both models; see `FittedBetaGeometricRegular` and `FittedModifiedBetaGeometricRegular`.

    k is chosen among whole numbers, so it is no parameter with a standard error: `parameters` and `covariance` are
    those of r, alpha, a and b for this k. alpha is the rate of the Gamma of *stages*, k of which make a purchase.
    """

    first_chance: ClassVar[int]

    k: int = 1
    r: float
    alpha: float
    a: float
    b: float

    @classmethod
    def parameter_names(cls) -> tuple[str, ...]:
        """Names of the parameters, in the paper's order, without k."""
        return "r", "alpha", "a", "b"

    @classmethod
    def of(cls, **parameters: float) -> Self:
        """A record of stated r, alpha, a, b and k (1 unless stated), as `Fitted.of`."""
        k = parameters.pop("k", 1)
        checked_k(k)
        return replace(super().of(**parameters), k=int(k))

    @property
    def silence_matters(self) -> bool:
        """Whether a living customer's future depends on when her last purchase was, too."""
        return self.k > 1

    def probability_alive(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> FloatArray:
        """Chance that each person is still a customer at the end of the observation (0 to 1)."""
        x, recent, old = checked_histories(frequency, recency, age)
        letters = self.r, self.alpha, self.a, self.b
        return np.asarray(expit(-log_odds_left(letters, x, recent, old, self.first_chance, self.k)), dtype=np.float64)

    def expected_purchases(
        self, horizon: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray:
        """Mean number of purchases of each person in the `horizon` (unit of the fit) after the observation; exact."""
        x, recent, old = checked_histories(frequency, recency, age)
        alive = self.probability_alive(x, recent, old)
        lasting = self.b + x + self.first_chance
        shape, rate, stages = self._clock(x, recent, old)
        return alive * mean_count(horizon_of(horizon), stages, shape, rate, self.a, lasting)

    def expected_purchases_new(self, horizon: npt.ArrayLike) -> FloatArray:
        """Mean number of repeat purchases of a person unknown so far, in the `horizon` after the first purchase."""
        shape, rate, stages = self._clock(np.zeros(()), np.zeros(()), np.zeros(()))
        lasting = self.b + self.first_chance
        return self._stays_once * mean_count(horizon_of(horizon), stages, shape, rate, self.a, lasting)

    def probability_of_purchases(
        self,
        count: npt.ArrayLike,
        horizon: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
    ) -> FloatArray:
        """Chance of exactly `count` purchases in the `horizon` after the observation."""
        x, recent, old = checked_histories(frequency, recency, age)
        alive = self.probability_alive(x, recent, old)
        lasting = self.b + x + self.first_chance
        shape, rate, stages = self._clock(x, recent, old)
        made = chance_of_count(count, horizon_of(horizon), stages, shape, rate, self.a, lasting)
        return np.asarray(alive * made + (1 - alive) * (np.asarray(count) == 0), dtype=np.float64)

    def probability_of_purchases_new(self, count: npt.ArrayLike, horizon: npt.ArrayLike) -> FloatArray:
        """Chance of exactly `count` repeat purchases in the `horizon` after a first purchase."""
        shape, rate, stages = self._clock(np.zeros(()), np.zeros(()), np.zeros(()))
        lasting = self.b + self.first_chance
        made = chance_of_count(count, horizon_of(horizon), stages, shape, rate, self.a, lasting)
        stays = self._stays_once
        return np.asarray(stays * made + (1 - stays) * (np.asarray(count) == 0), dtype=np.float64)

    def expected_discounted_purchases(
        self,
        discount_rate: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        horizon: npt.ArrayLike | None = None,
    ) -> FloatArray:
        """Mean number of purchases to come, each counted less the later it comes; as of every model of buying.

        Equal histories are integrated once: no two silences may be treated alike here.
        """
        rate, ahead = checked_discount(discount_rate, horizon)
        columns = np.broadcast_arrays(rate, ahead, *checked_histories(frequency, recency, age))
        rows, place = np.unique(np.stack([column.ravel() for column in columns]), axis=1, return_inverse=True)
        found = discounted_count(self.expected_purchases, rows[0], rows[1], *rows[2:])
        return found[place.ravel()].reshape(columns[0].shape)

    def sample_if_alive(
        self,
        horizon: float,
        frequency: npt.ArrayLike,
        age: npt.ArrayLike,
        draws: int,
        rng: np.random.Generator,
        recency: npt.ArrayLike | None = None,
    ) -> IntArray:
        """Possible futures of people known to be customers still, given how long they have been silent.

        A regular buyer is the nearer to a purchase the longer the last one was ago: `recency` is needed as soon as
        k > 1, and `InvalidSetting` says so.
        """
        if recency is None and self.k > 1:
            raise InvalidSetting("The futures of regular buyers depend on their silence: give recency.", code="recency")
        x, recent, old = (
            np.atleast_1d(part)[:, np.newaxis]
            for part in np.broadcast_arrays(
                *(np.asarray(part, np.float64) for part in (frequency, 0.0 if recency is None else recency, age))
            )
        )
        shape, rate, stages = self._clock(x, recent, old)
        size = (x.shape[0], draws)
        begun = (rng.random(size)[..., np.newaxis] > np.cumsum(stages, axis=-1)[..., :-1]).sum(axis=-1)
        passed = rng.poisson(rng.gamma(shape + begun) * (float(horizon_of(horizon)) / rate))
        # A chance that underflows to zero would make the geometric law undefined; at 1e-12 nobody leaves anyway.
        leaving = np.maximum(rng.beta(self.a, self.b + x + self.first_chance, size), 1e-12)
        made: IntArray = np.minimum((begun + passed) // self.k, rng.geometric(leaving))
        return made

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
        made = self.sample_if_alive(horizon, frequency, age, draws, rng, recency)
        return made * (rng.random(made.shape) < alive)

    def simulate(self, age: npt.ArrayLike, rng: np.random.Generator) -> SimulatedHistories:
        """Made-up histories with their log gaps, one of a fresh person for each age.

        The stages passed within the age fall evenly on it, so the gaps, k stages each, share it like Gamma(k) numbers.
        """
        old = np.atleast_1d(np.asarray(age, dtype=np.float64))
        passed = rng.poisson(rng.gamma(self.r, 1 / self.alpha, old.shape) * old)
        leaving = np.maximum(rng.beta(self.a, self.b, old.shape), 1e-12)
        made = np.minimum(passed // self.k, rng.geometric(leaving) - self.first_chance)
        who = np.repeat(np.arange(old.size), made)
        gap = rng.standard_gamma(self.k, who.size)
        bought = np.bincount(who, gap, old.size)
        unit = old / (bought + rng.standard_gamma(passed + 1 - self.k * made))
        log_gaps = np.bincount(who, np.log(gap * unit[who]), old.size).astype(np.float64, copy=False)
        return SimulatedHistories(made, bought * unit, old, log_gaps)

    @property
    def _stays_once(self) -> float:
        """Chance to remain a customer after the first purchase."""
        return self.b / (self.a + self.b) if self.first_chance else 1.0

    def _clock(self, x: FloatArray, recent: FloatArray, old: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Shape and rate of a living customer's stage rate before unseen stages, and the chances of these."""
        shape, rate = np.asarray(self.r + self.k * x), np.asarray(self.alpha + old)
        return shape, rate, unseen_stages(shape, (old - recent) / rate, self.k)[0]
