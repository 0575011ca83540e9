"""Purchase days as arrays, and the one question asked of any history: what was known at the end of a day?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["EPOCH", "HeldPurchases", "PurchaseDays", "Purchases", "day_number", "day_of", "months_of"]

EPOCH = date(1970, 1, 1)
IntArray = npt.NDArray[np.int64]


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The day that ``day_number`` counted."""
    return date.fromordinal(EPOCH.toordinal() + int(number))


def months_of(days: IntArray) -> IntArray:
    """Months since January 1970: one look at the calendar for each day that occurs, not for each row."""
    if not days.size:
        return days
    low = int(days.min())
    calendar = np.arange(low, int(days.max()) + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(calendar[days - low])


@dataclass(frozen=True)
class PurchaseDays:
    """One row per customer and day with a purchase, sorted by both; money is margin when margin is known.

    ``party``: id; ``day``: days since 1970-01-01; ``money`` and ``revenue``: minor units. ``contracts``: ids of those
    who pay by contract, sorted.
    """

    party: IntArray
    day: IntArray
    money: IntArray
    revenue: IntArray
    contracts: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        return int(self.party.size)

    def where(self, rows: npt.NDArray[np.bool_]) -> PurchaseDays:
        """Some of the rows."""
        revenue = self.revenue[rows]
        money = revenue if self.money is self.revenue else self.money[rows]
        return PurchaseDays(self.party[rows], self.day[rows], money, revenue, self.contracts)

    def until(self, day: date) -> PurchaseDays:
        """The rows up to and including a day."""
        return self.where(self.day <= day_number(day))

    def starts(self) -> npt.NDArray[np.intp]:
        """The first row of each customer."""
        return np.flatnonzero(np.concatenate([self.party[:1] == self.party[:1], self.party[1:] != self.party[:-1]]))

    def of_every(self, step: int) -> PurchaseDays:
        """The purchases of every ``step``-th customer."""
        starts = self.starts()
        counts = np.diff(np.append(starts, len(self)))
        return self.where(np.repeat(np.arange(starts.size) % step == 0, counts))

    def digest(self) -> str:
        """A fingerprint of the rows."""
        seen = hashlib.blake2b(digest_size=20)
        columns = (self.party, self.day, self.money, *(() if self.money is self.revenue else (self.revenue,)))
        for column in (*columns, self.contracts):
            seen.update(np.ascontiguousarray(column).data)
        return seen.hexdigest()


class Purchases(Protocol):
    """A history of purchases that can be read as it stood at the end of a day."""

    @property
    def house_days(self) -> float | None:
        """The usual gap of the house as somebody set it; nothing: it is read off the data."""
        ...

    @property
    def contracts(self) -> IntArray:
        """Ids of those who pay by contract, sorted."""
        ...

    def known(self, until: date | None) -> PurchaseDays:
        """What was known at the end of that day; everything without a day."""
        ...

    def sample(self, most: int) -> Purchases:
        """The same of every second, third… customer, so that at most that many are left."""
        ...


@dataclass(frozen=True)
class HeldPurchases:
    """A history held in memory, for which a purchase is known from its day on."""

    days: PurchaseDays
    house_days: float | None = None

    @property
    def contracts(self) -> IntArray:
        """Ids of those who pay by contract, sorted."""
        return self.days.contracts

    def known(self, until: date | None) -> PurchaseDays:
        """The purchases up to that day."""
        return self.days if until is None else self.days.until(until)

    def sample(self, most: int) -> HeldPurchases:
        """The purchases of at most that many customers."""
        step = -(-self.days.starts().size // most)
        return self if step <= 1 else HeldPurchases(self.days.of_every(step), self.house_days)

    @classmethod
    def of(cls, party: npt.ArrayLike, day: npt.ArrayLike, money: npt.ArrayLike) -> HeldPurchases:
        """From loose rows: equal customer and day are summed, and what sums to nothing is left out."""
        keys = np.stack([np.asarray(party, dtype=np.int64), np.asarray(day, dtype=np.int64)])
        pairs, place = np.unique(keys, axis=1, return_inverse=True)
        total = np.zeros(pairs.shape[1], dtype=np.int64)
        np.add.at(total, place.ravel(), np.asarray(money, dtype=np.int64))
        kept = total > 0
        return cls(PurchaseDays(pairs[0][kept], pairs[1][kept], total[kept], total[kept]))
