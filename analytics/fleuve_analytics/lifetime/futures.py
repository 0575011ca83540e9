"""What every fitted model of buying can do with its own chances: draw possible futures."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.fitted import Fitted
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["FittedBuying"]


@dataclass(frozen=True, kw_only=True)
class FittedBuying(Fitted):
    """A fitted model of how often customers buy, and of whether they still are customers."""

    @abstractmethod
    def probability_alive(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> FloatArray:
        """Chance that each person is still a customer at the end of the observation (0 to 1)."""

    @abstractmethod
    def sample_if_alive(
        self, horizon: float, frequency: npt.ArrayLike, age: npt.ArrayLike, draws: int, rng: np.random.Generator
    ) -> IntArray:
        """Possible futures of people known to be customers still; when the last purchase was no longer matters then."""

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
