"""Choices between brands, and purchases by recency, as the models of switching and migration say they come about."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["simulate_driver_choices", "simulate_recency_purchases"]


def simulate_driver_choices(
    ratings: npt.ArrayLike,
    last: npt.ArrayLike,
    *,
    inertia: float,
    coefficients: npt.ArrayLike,
    rng: np.random.Generator,
) -> IntArray:
    """The brand with the highest utility for each respondent, noise of the Gumbel law included.

    ratings: respondents × brands × drivers; last: number of the brand bought last; coefficients: one per driver.
    """
    seen = np.asarray(ratings, dtype=np.float64)
    utility = seen @ np.asarray(coefficients, dtype=np.float64) + rng.gumbel(size=seen.shape[:2])
    utility[np.arange(seen.shape[0]), np.asarray(last, dtype=np.int64)] += inertia
    return np.asarray(utility.argmax(axis=1), dtype=np.int64)


def simulate_recency_purchases(
    customers: int, periods: int, *, repurchase: npt.ArrayLike, rng: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """Purchases of people who all buy in period 0 and then by recency: customer and period of each purchase.

    repurchase: chance of buying at recency 1, 2, … K; beyond K nobody returns.
    """
    chance: FloatArray = np.append(np.asarray(repurchase, dtype=np.float64), 0.0)
    if not ((chance >= 0) & (chance <= 1)).all():
        raise InvalidSetting("Chances lie between 0 and 1.", code="repurchase")
    recency, buyers, when = np.zeros(customers, dtype=np.int64), [np.arange(customers)], [np.zeros(customers, np.int64)]
    for period in range(1, periods + 1):
        recency = np.minimum(recency + 1, chance.size)
        buys = np.flatnonzero(rng.random(customers) < chance[recency - 1])
        recency[buys] = 0
        buyers.append(buys)
        when.append(np.full(buys.size, period))
    return np.concatenate(buyers), np.concatenate(when)
