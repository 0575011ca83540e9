"""Purchases at set opportunities as BG/BB says they come about, one opportunity after the other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fleuve_analytics.numerics import require_positive
from fleuve_analytics.simulate.customers import SimulatedCustomers

__all__ = ["simulate_beta_geometric_beta_bernoulli"]


def simulate_beta_geometric_beta_bernoulli(
    opportunities: npt.ArrayLike,
    horizon: int,
    *,
    alpha: float,
    beta: float,
    gamma: float,
    delta: float,
    rng: np.random.Generator,
) -> SimulatedCustomers:
    """People who may leave before each opportunity, and buy or not at those that they are there for (BG/BB).

    opportunities: how many of them each person is observed for; `age` of the answer. `rate` is the chance to buy.
    """
    require_positive(alpha=alpha, beta=beta, gamma=gamma, delta=delta)
    n = np.asarray(opportunities, dtype=np.int64)
    buying, leaving = rng.beta(alpha, beta, n.shape), rng.beta(gamma, delta, n.shape)
    frequency, future = np.zeros(n.shape, dtype=np.int64), np.zeros(n.shape, dtype=np.int64)
    recency, log_gaps = np.zeros(n.shape), np.zeros(n.shape)
    there, alive = np.ones(n.shape, dtype=bool), np.ones(n.shape, dtype=bool)
    for place in range(1, int(n.max(initial=0)) + horizon + 1):
        there &= rng.random(n.shape) >= leaving
        buys = there & (rng.random(n.shape) < buying)
        seen, later = buys & (place <= n), buys & (place > n) & (place <= n + horizon)
        log_gaps[seen] += np.log(place - recency[seen])
        frequency[seen] += 1
        recency[seen] = place
        future[later] += 1
        alive = np.where(place <= n, there, alive)
    return SimulatedCustomers(frequency, recency, n.astype(np.float64), future, buying, alive, log_gaps)
