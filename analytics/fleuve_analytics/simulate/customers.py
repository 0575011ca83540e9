"""Purchase histories as the lifetime models say they come about, event by event.

Nothing here uses the formulas of `lifetime`: people are drawn, then live through their purchases one at a time, which
makes the simulation an independent witness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.numerics import FloatArray, IntArray, require_positive

__all__ = [
    "SimulatedCustomers",
    "live",
    "simulate_beta_geometric",
    "simulate_beta_geometric_regular",
    "simulate_modified_beta_geometric",
    "simulate_modified_beta_geometric_regular",
    "simulate_pareto_nbd",
]


@dataclass(frozen=True, eq=False)
class SimulatedCustomers:
    """Histories with the truth behind them; arrays of shape (n,).

    frequency, recency, age: as a model would see them. future: purchases in the horizon after the observation. rate:
    true purchases per unit of time. alive: still a customer at the end of the observation. log_gaps: sum of the
    logarithms of the times between the purchases seen.
    """

    frequency: IntArray
    recency: FloatArray
    age: FloatArray
    future: IntArray
    rate: FloatArray
    alive: npt.NDArray[np.bool_]
    log_gaps: FloatArray


def simulate_beta_geometric(
    age: npt.ArrayLike,
    horizon: float,
    *,
    r: float,
    alpha: float,
    a: float,
    b: float,
    rng: np.random.Generator,
) -> SimulatedCustomers:
    """People who may leave after each repeat purchase (BG/NBD); `age` says how long each is observed."""
    return simulate_beta_geometric_regular(age, horizon, k=1, r=r, alpha=alpha, a=a, b=b, rng=rng)


def simulate_modified_beta_geometric(
    age: npt.ArrayLike,
    horizon: float,
    *,
    r: float,
    alpha: float,
    a: float,
    b: float,
    rng: np.random.Generator,
) -> SimulatedCustomers:
    """People who may leave after any purchase, the first included (MBG/NBD)."""
    return simulate_modified_beta_geometric_regular(age, horizon, k=1, r=r, alpha=alpha, a=a, b=b, rng=rng)


def simulate_beta_geometric_regular(
    age: npt.ArrayLike,
    horizon: float,
    *,
    k: int,
    r: float,
    alpha: float,
    a: float,
    b: float,
    rng: np.random.Generator,
) -> SimulatedCustomers:
    """People with a rhythm, who may leave after each repeat purchase (BG/CNBD-k); r and alpha are those of stages."""
    require_positive(k=k, r=r, alpha=alpha, a=a, b=b)
    old = np.asarray(age, dtype=np.float64)
    rate, leaving = rng.gamma(r, 1 / alpha, old.shape), rng.beta(a, b, old.shape)
    return live(old, horizon, rate, leaving, np.full(old.shape, np.inf), rng, k)


def simulate_modified_beta_geometric_regular(
    age: npt.ArrayLike,
    horizon: float,
    *,
    k: int,
    r: float,
    alpha: float,
    a: float,
    b: float,
    rng: np.random.Generator,
) -> SimulatedCustomers:
    """People with a rhythm, who may leave after any purchase, the first included (MBG/CNBD-k)."""
    require_positive(k=k, r=r, alpha=alpha, a=a, b=b)
    old = np.asarray(age, dtype=np.float64)
    rate, leaving = rng.gamma(r, 1 / alpha, old.shape), rng.beta(a, b, old.shape)
    gone_at_once = rng.random(old.shape) < leaving
    return live(old, horizon, rate, leaving, np.where(gone_at_once, 0.0, np.inf), rng, k)


def simulate_pareto_nbd(
    age: npt.ArrayLike,
    horizon: float,
    *,
    r: float,
    alpha: float,
    s: float,
    beta: float,
    rng: np.random.Generator,
) -> SimulatedCustomers:
    """People who may leave at any moment (Pareto/NBD)."""
    require_positive(r=r, alpha=alpha, s=s, beta=beta)
    old = np.asarray(age, dtype=np.float64)
    rate, leaving = rng.gamma(r, 1 / alpha, old.shape), rng.gamma(s, 1 / beta, old.shape)
    with np.errstate(divide="ignore"):
        leaves_at = rng.exponential(size=old.shape) / leaving
    return live(old, horizon, rate, np.zeros(old.shape), leaves_at, rng)


def live(
    age: FloatArray,
    horizon: float,
    rate: FloatArray,
    leaving: FloatArray,
    leaves_at: FloatArray,
    rng: np.random.Generator,
    k: int = 1,
) -> SimulatedCustomers:
    """Let everybody make one purchase after the other until the end of the horizon or of their life as a customer.

    rate: of the stages, k of which make a purchase.
    """
    frequency, future = np.zeros(age.shape, dtype=np.int64), np.zeros(age.shape, dtype=np.int64)
    recency, log_gaps, leaves_at = np.zeros(age.shape), np.zeros(age.shape), leaves_at.copy()
    waiting, now = np.arange(age.size), np.zeros(age.shape)
    while waiting.size:
        with np.errstate(divide="ignore"):
            now[waiting] += rng.standard_gamma(k, size=waiting.size) / rate[waiting]
        waiting = waiting[now[waiting] <= np.minimum(leaves_at, age + horizon)[waiting]]
        seen = waiting[now[waiting] <= age[waiting]]
        frequency[seen] += 1
        log_gaps[seen] += np.log(now[seen] - recency[seen])
        recency[seen] = now[seen]
        future[waiting[now[waiting] > age[waiting]]] += 1
        leaves = waiting[rng.random(waiting.size) < leaving[waiting]]
        leaves_at[leaves] = now[leaves]
        waiting = np.setdiff1d(waiting, leaves, assume_unique=True)
    return SimulatedCustomers(frequency, recency, age, future, rate / k, leaves_at > age, log_gaps)
