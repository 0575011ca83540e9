"""Contracts as the contractual models say they come about, one renewal after the other.

Nothing here uses the formulas of `retention`: each customer has a chance of her own and decides at every renewal: the
simulation is an independent witness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray, IntArray, require_positive

__all__ = ["SimulatedContracts", "simulate_beta_discrete_weibull", "simulate_shifted_beta_geometric"]


@dataclass(frozen=True, eq=False)
class SimulatedContracts:
    """Contracts with the truth behind them; arrays of shape (n,).

    duration, left: as a model would see them. leaving: true chance of leaving at the first renewal. future: renewals
    made in the `horizon` after the observation.
    """

    duration: IntArray
    left: npt.NDArray[np.bool_]
    leaving: FloatArray
    future: IntArray


def simulate_shifted_beta_geometric(
    periods: npt.ArrayLike, *, alpha: float, beta: float, rng: np.random.Generator, horizon: int = 0
) -> SimulatedContracts:
    """People who leave at each renewal with a chance of their own (sBG).

    periods: renewals that each is observed through, shape (n,); horizon: renewals to let them live on afterwards.
    """
    return simulate_beta_discrete_weibull(periods, alpha=alpha, beta=beta, c=1.0, rng=rng, horizon=horizon)


def simulate_beta_discrete_weibull(
    periods: npt.ArrayLike, *, alpha: float, beta: float, c: float, rng: np.random.Generator, horizon: int = 0
) -> SimulatedContracts:
    """People whose chance of leaving also changes with tenure (BdW); arguments as above."""
    require_positive(alpha=alpha, beta=beta, c=c)
    seen = np.asarray(periods)
    if not (np.isfinite(seen) & (seen >= 0) & (seen == np.floor(seen))).all():
        raise InvalidSetting("Numbers of renewals to observe are whole and not negative.", code="periods")
    seen = seen.astype(np.int64)
    # The chance of staying is drawn, not that of leaving: one minus a tiny chance would round to a life without end.
    loyal = rng.beta(beta, alpha, seen.shape)
    made = np.zeros(seen.shape, dtype=np.int64)
    waiting = np.flatnonzero(seen + horizon > 0)
    while waiting.size:
        number = made[waiting] + 1
        stays = loyal[waiting] ** (number**c - (number - 1) ** c)
        waiting = waiting[rng.random(waiting.size) < stays]
        made[waiting] += 1
        waiting = waiting[made[waiting] < (seen + horizon)[waiting]]
    left = made < seen
    return SimulatedContracts(
        np.minimum(made + 1, seen), left, 1 - loyal, np.where(left, 0, np.maximum(made - seen, 0))
    )
