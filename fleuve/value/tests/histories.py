"""Histories held in memory: what tests of estimation are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from fleuve.value.estimation.customers import BoolArray, Customers
from fleuve.value.estimation.days import HeldPurchases, PurchaseDays, day_number
from fleuve.value.estimation.models import ALL, Group
from fleuve.value.estimation.portfolio import Question
from fleuve.value.rules.periods import months_between

__all__ = ["FIRST", "WatchedPurchases", "all_together", "question", "random_history", "shop"]

FIRST = date(2020, 1, 1)


def all_together(ids: np.ndarray) -> Group:
    """One group of customers."""
    return np.full(ids.size, ALL)


def shop(**customers: Sequence[int]) -> HeldPurchases:
    """``shop(a=[0, 30], b=[5])``: days after the first at which each bought for 10.00; customers count from 1."""
    rows = [(number, day) for number, days in enumerate(customers.values(), start=1) for day in days]
    party, day = zip(*rows, strict=True)
    return HeldPurchases.of(party, np.asarray(day) + day_number(FIRST), np.full(len(rows), 1000))


def random_history(customers: int, days: int, seed: int, leave: float = 0.004) -> HeldPurchases:
    """Customers who start at any time, buy at their own pace for their own amounts, and leave at random."""
    rng = np.random.default_rng(seed)
    party, day, money = [], [], []
    for number in range(1, customers + 1):
        pace, spend = rng.gamma(2.0, 1 / 60), rng.gamma(3.0, 2000)
        at, end = float(rng.integers(0, days)), rng.exponential(1 / leave)
        start = at
        while at < days and at - start <= end:
            party.append(number)
            day.append(int(at) + day_number(FIRST))
            money.append(max(1, int(rng.gamma(4.0, spend / 4))))
            at += 1 + rng.exponential(1 / max(pace, 1e-3))
    return HeldPurchases.of(party, day, money)


def nobody_there_before(customers: Customers, _house_half: float) -> BoolArray:
    """Everybody is seen from their first purchase on."""
    return np.zeros(len(customers), dtype=bool)


def question(purchases: HeldPurchases, days: int) -> Question:
    """What is it worth on the last of ``days`` days?"""
    last = FIRST + timedelta(days=days - 1)
    months = months_between(FIRST.year * 100 + FIRST.month, last.year * 100 + last.month)[:-1]
    return Question(purchases, FIRST, last, months, all_together, nobody_there_before)


class WatchedPurchases:
    """A history that remembers how far it was read, and can be poisoned from a day on."""

    house_days: float | None = None

    def __init__(self, days: PurchaseDays) -> None:
        self._days = days
        self.asked: list[date | None] = []

    def known(self, until: date | None) -> PurchaseDays:
        """What was known at the end of that day."""
        self.asked.append(until)
        return self._days if until is None else self._days.until(until)

    def sample(self, most: int) -> WatchedPurchases:
        """Everybody: a test has few customers."""
        assert most >= np.unique(self._days.party).size
        return self
