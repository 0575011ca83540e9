"""The best action in each state of a chain: Howard's policy iteration, which ends at the exact optimum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray, require_positive

__all__ = ["Policy", "best_policy"]

# A gain that rounding may have made is no reason to change the action.
NOTHING = 1e-12


@dataclass(frozen=True)
class Policy:
    """The number of the best action in each state (the first where several are equal), and what each state is worth."""

    action: tuple[int, ...]
    value: tuple[float, ...]


def best_policy(transition: npt.ArrayLike, reward: npt.ArrayLike, discount_rate: float) -> Policy:
    """Which action to take in each state so that customers are worth most, for ever.

    Assumptions: those of `MarkovMigration`, for each action; the action may be chosen anew each period, knowing the
    state.

    transition: chances, actions × states × states, rows summing to 1 or less; reward: money of a period, actions ×
    states; discount_rate: interest per period, above zero.

    Reference: Howard (1960), "Dynamic Programming and Markov Processes"; for customers: Ching, Ng, Wong & Altman
    (2004), "Customer Lifetime Value: Stochastic Optimization Approach", Journal of the Operational Research Society 55.

    >>> stay, push = ((0.5, 0.5), (0.1, 0.9)), ((0.8, 0.2), (0.2, 0.8))
    >>> best_policy([stay, push], [(10, 0), (8, -2)], discount_rate=0.10).action
    (1, 0)
    """
    chances, money = np.asarray(transition, dtype=np.float64), np.asarray(reward, dtype=np.float64)
    if chances.ndim != 3 or chances.shape != (*money.shape, money.shape[-1]):
        raise InvalidSetting("Give chances per action, state and state, money per action and state.", code="transition")
    if not np.isfinite(chances).all() or (chances < 0).any() or (chances.sum(axis=-1) > 1 + 1e-9).any():
        raise InvalidSetting("Chances out of a state are zero or more and add up to 1 at most.", code="transition")
    require_positive(discount_rate=discount_rate)
    keep, states = 1 / (1 + discount_rate), np.arange(money.shape[1])
    action = np.zeros(states.size, dtype=np.int64)
    while True:
        value = np.linalg.solve(np.eye(states.size) - keep * chances[action, states], money[action, states])
        options: FloatArray = money + keep * (chances @ value)
        margin = NOTHING * (1 + np.abs(value))
        better = options.max(axis=0) > options[action, states] + margin
        if not better.any():
            first = np.argmax(options >= options.max(axis=0) - margin, axis=0)
            return Policy(tuple(first.tolist()), tuple(value.tolist()))
        action = np.where(better, options.argmax(axis=0), action)
