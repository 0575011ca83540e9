"""A made-up gym: members debited every month who leave as planted, and visitors who buy when they like."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fleuve.value.estimation.days import HeldPurchases, IntArray, day_number
from fleuve.value.rules.contracts import PERIOD_DAYS
from fleuve.value.tests.histories import FIRST, random_history

__all__ = ["ALPHA", "BETA", "Gym", "gym"]

# Beta law of the members' own chances of leaving at a renewal: the mean is one in eight, and the faithful many.
ALPHA, BETA = 1.0, 7.0


@dataclass(frozen=True)
class Gym:
    """Its purchases, with and without the word on who is a member; and how many debits each member will ever pay."""

    told: HeldPurchases
    untold: HeldPurchases
    members: IntArray


def gym(
    members: int, visitors: int, days: int, seed: int, pauses: float = 0.0, alpha: float = ALPHA, beta: float = BETA
) -> Gym:
    """Members join at any time and pay 30.00 on the day of the month on which they joined, until they leave.

    ``pauses``: the share of debits that are missed, paused or failed, while the contract goes on.
    """
    rng = np.random.default_rng(seed)
    leaving = rng.beta(alpha, beta, members)
    paid = rng.geometric(leaving)
    joined = rng.integers(0, days, members)
    ids = 1_000_000 + np.arange(members)
    owner = np.repeat(np.arange(members), np.minimum(paid, days // 30 + 1))
    number = np.arange(owner.size) - np.repeat(np.cumsum(np.bincount(owner)) - np.bincount(owner), np.bincount(owner))
    day = joined[owner] + np.floor(number * PERIOD_DAYS).astype(np.int64)
    kept = (day < days) & ((number == 0) | (rng.random(owner.size) >= pauses))
    others = random_history(visitors, days, seed + 1).days
    party = np.concatenate([others.party, ids[owner[kept]]])
    money = np.concatenate([others.money, np.full(int(kept.sum()), 3_000)])
    untold = HeldPurchases.of(party, np.concatenate([others.day, day[kept] + day_number(FIRST)]), money)
    return Gym(replace(untold, days=replace(untold.days, contracts=ids)), untold, ids)
