"""Customers who come and go between states: what each state is worth, and where to stop spending.

Letters: P transition chances from a state (row) to another (column) in one period; R money of a period spent in each
state; v = 1/(1+d). A customer in state i is worth the i-th entry of V = Σ over t of (vP)^t R, which without end is
(I − vP)^−1 R.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.retention.policy import Policy, best_policy

__all__ = ["MarkovMigration", "Stopping", "recency_migration"]

Row = tuple[float, ...]


@dataclass(frozen=True)
class Stopping:
    """Where going on is worth more than stopping, and what each state is worth if one stops everywhere else."""

    goes_on: tuple[bool, ...]
    value: tuple[float, ...]


@dataclass(frozen=True)
class MarkovMigration:
    """Customers who move between states from one period to the next, with chances that depend on the state only.

    Assumptions: where somebody goes next depends on her state, not on how she came there (put what matters into the
    states: recency, number of purchases, size); chances and money stay as they are. Money comes at the start of each
    period, the present one included.

    transition: chances from each state (row) to each state (column); rows sum to 1, or to less where people leave for
    good with nothing. reward: money of one period in each state.

    Raises `InvalidSetting` (transition, reward). Reference: Pfeifer & Carraway (2000), "Modeling Customer Relationships
    as Markov Chains", Journal of Interactive Marketing 14(2).

    >>> two = MarkovMigration(transition=((0.7, 0.3), (0.2, 0.8)), reward=(10.0, -1.0))
    >>> two.value(discount_rate=0.10).round(3).tolist()
    [49.5, 29.333]
    """

    transition: tuple[Row, ...]
    reward: Row

    def __post_init__(self) -> None:
        chances, money = np.asarray(self.transition, dtype=np.float64), np.asarray(self.reward, dtype=np.float64)
        if chances.ndim != 2 or chances.shape != (money.size, money.size) or money.ndim != 1:
            raise InvalidSetting("Give one row and one column of chances, and one sum, per state.", code="transition")
        if not np.isfinite(chances).all() or (chances < 0).any() or (chances.sum(axis=1) > 1 + 1e-9).any():
            raise InvalidSetting(
                "Chances are numbers of zero or more, and those out of one state add up to 1 at most. A state that was "
                "never seen has none: merge it with its neighbour.",
                code="transition",
            )
        if not np.isfinite(money).all():
            raise InvalidSetting("The money of every state must be a number.", code="reward")
        object.__setattr__(self, "transition", tuple(tuple(row) for row in chances.tolist()))
        object.__setattr__(self, "reward", tuple(money.tolist()))

    def value(self, discount_rate: float, horizon: int | None = None) -> FloatArray:
        """What a customer in each state is worth, the money of the present period included.

        discount_rate: interest per period, above zero without a horizon; horizon: periods to count after the present.
        """
        keep = _discount(discount_rate, horizon)
        chances, money = np.array(self.transition), np.array(self.reward)
        if horizon is None:
            return np.asarray(np.linalg.solve(np.eye(money.size) - keep * chances, money), dtype=np.float64)
        total = money
        for _ in range(horizon):
            total = money + keep * (chances @ total)
        return np.asarray(total, dtype=np.float64)

    def distribution(self, start: npt.ArrayLike, periods: int) -> FloatArray:
        """Customers in each state (columns) after 0, 1, …, `periods` periods (rows), from those in each state now."""
        now = np.asarray(start, dtype=np.float64)
        if now.shape != (len(self.reward),) or not np.isfinite(now).all():
            raise InvalidSetting("Give the number of customers in each state now.", code="start")
        chances, rows = np.array(self.transition), [now]
        for _ in range(periods):
            rows.append(rows[-1] @ chances)
        return np.array(rows)

    def best_stop(self, discount_rate: float) -> Stopping:
        """In which states to go on, when one may stop for good at any time and then neither spends nor earns.

        The best rule over all rules: stopping later may be right where the present period costs more than it brings.
        """
        chances, money = np.array(self.transition), np.array(self.reward)
        stopped = np.zeros_like(chances)
        found: Policy = best_policy([stopped, chances], [np.zeros_like(money), money], discount_rate)
        return Stopping(tuple(action == 1 for action in found.action), found.value)


def recency_migration(repurchase: npt.ArrayLike, contribution: float, remarketing: float) -> MarkovMigration:
    """The recency model: states "bought 1, 2, …, K periods ago" and "former customer".

    Assumptions: the chance of buying next depends only on how long ago the last purchase was; each customer who is not
    former is remarketed to in every period; who has not bought for K periods never returns.

    repurchase: chance of buying next period at recency 1 … K; contribution: net contribution of a purchase;
    remarketing: cost per customer and period.

    Reference: Pfeifer & Carraway (2000), equations 1 to 6.

    >>> model = recency_migration((0.30, 0.20, 0.15, 0.05), contribution=40, remarketing=4)
    >>> (model.value(discount_rate=0.20).round(4) + 0.0).tolist()
    [52.3196, 5.5538, 1.2508, -1.82, 0.0]
    """
    chance = np.asarray(repurchase, dtype=np.float64)
    if chance.ndim != 1 or not chance.size or not ((chance >= 0) & (chance <= 1)).all():
        raise InvalidSetting("Give a chance of buying, 0 to 1, for each recency from 1 on.", code="repurchase")
    if not (np.isfinite(contribution) and np.isfinite(remarketing)):
        raise InvalidSetting("Contribution and cost of remarketing must be numbers.", code="reward")
    states = chance.size + 1
    transition = np.zeros((states, states))
    transition[:-1, 0] = chance
    transition[np.arange(states - 1), np.arange(1, states)] += 1 - chance
    transition[-1, -1] = 1
    reward = np.full(states, -float(remarketing))
    reward[0] += contribution
    reward[-1] = 0
    return MarkovMigration(tuple(tuple(row) for row in transition.tolist()), tuple(reward.tolist()))


def _discount(discount_rate: float, horizon: int | None) -> float:
    if not (np.isfinite(discount_rate) and discount_rate >= 0) or (horizon is None and discount_rate == 0):
        raise InvalidSetting(
            "The discount rate must be zero or more; above zero when no horizon ends the sum.", code="discount_rate"
        )
    if horizon is not None and horizon < 0:
        raise InvalidSetting("The horizon is a number of periods, zero or more.", code="horizon")
    return 1 / (1 + float(discount_rate))
