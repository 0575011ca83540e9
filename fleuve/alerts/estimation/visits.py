"""Purchase days of every customer in flat arrays, and parts of them without copying."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from fleuve_analytics.churn import GapTable

from fleuve.history import queries as history

__all__ = ["EPOCH", "IntArray", "Visits", "date_of", "visits_of_history"]

EPOCH = date(1970, 1, 1)
IntArray = npt.NDArray[np.int64]
# Days of one customer stay apart from the next one's in a single sorted array of numbers: 2 ** 20 days are 2,870 years.
_SPAN = 1 << 20


def date_of(day: int) -> date:
    """The calendar day of a day counted from 1970."""
    return date.fromordinal(EPOCH.toordinal() + int(day))


@dataclass(frozen=True, eq=False)
class Visits:
    """Days with a purchase of n customers.

    party: (n,) ids, rising. first, end: (n,), the places of each customer's days in the flat arrays. day: days since
    1970; revenue: of the day; money: margin where margin is known, else revenue (minor units). as_of: the day to which
    silence is counted.
    """

    party: IntArray
    first: IntArray
    end: IntArray
    day: IntArray
    revenue: IntArray
    money: IntArray
    as_of: int

    def __len__(self) -> int:
        return int(self.party.size)

    @classmethod
    def of(
        cls, party: npt.ArrayLike, day: npt.ArrayLike, revenue: npt.ArrayLike, money: npt.ArrayLike, as_of: int
    ) -> Visits:
        """From rows sorted by customer and day, one a purchase day."""
        owner, days = np.asarray(party, dtype=np.int64), np.asarray(day, dtype=np.int64)
        starts = np.flatnonzero(np.concatenate([owner[:1] == owner[:1], owner[1:] != owner[:-1]]))
        ends = np.append(starts[1:], owner.size).astype(np.int64)
        paid, earned = np.asarray(revenue, dtype=np.int64), np.asarray(money, dtype=np.int64)
        return cls(owner[starts], starts.astype(np.int64), ends, days, paid, earned, as_of)

    @property
    def count(self) -> IntArray:
        """Purchase days of each customer."""
        return self.end - self.first

    @property
    def last_day(self) -> IntArray:
        """The last purchase day of each customer."""
        return self.day[self.end - 1]

    def some(self, rows: npt.NDArray[np.intp]) -> Visits:
        """Some of the customers, by place."""
        return self.between(rows, self.first[rows], self.end[rows])

    def between(self, rows: npt.NDArray[np.intp], first: IntArray, end: IntArray) -> Visits:
        """Some of the customers with some of their days; whoever has none left is left out."""
        there = end > first
        return replace(self, party=self.party[rows[there]], first=first[there], end=end[there])

    def places(self) -> IntArray:
        """Where the days of these customers stand in the flat arrays, one customer after the other."""
        counts = self.count
        before = np.cumsum(counts) - counts
        return np.asarray(np.repeat(self.first - before, counts) + np.arange(int(counts.sum())), dtype=np.int64)

    def gap_table(self) -> GapTable:
        """As the library reads rhythms: gaps between purchase days, the silence since the last, revenue of each day."""
        places, counts = self.places(), self.count
        days = self.day[places]
        inner = np.ones(days.size, dtype=np.bool_)
        inner[(np.cumsum(counts) - counts)] = False
        gaps = np.diff(days, prepend=0)[inner]
        return GapTable.of(self.party, gaps, counts - 1, self.as_of - self.last_day, self.revenue[places])

    def bought_between(self, after: IntArray, until: IntArray) -> npt.NDArray[np.bool_]:
        """Whether each customer bought after one day and up to another, each with days of their own."""
        return self._count_until(until) > self._count_until(after)

    def money_between(self, after: IntArray, until: IntArray) -> IntArray:
        """Money of each customer after one day and up to another."""
        total = np.concatenate([[0], np.cumsum(self.money[self.places()])])
        start = np.cumsum(self.count) - self.count
        found = total[start + self._count_until(until)] - total[start + self._count_until(after)]
        return np.asarray(found, dtype=np.int64)

    def _count_until(self, day: IntArray) -> IntArray:
        """How many of their days each customer had bought on by a day of their own."""
        owner = np.repeat(np.arange(len(self)), self.count)
        keys = owner * _SPAN + self.day[self.places()]
        rows = np.arange(len(self))
        start = np.cumsum(self.count) - self.count
        reached = np.searchsorted(keys, rows * _SPAN + np.clip(day, 0, _SPAN - 1), side="right")
        return np.clip(reached - start, 0, self.count)


def visits_of_history(as_of: date) -> Visits:
    """Everybody's purchase days that count, contracts left out: a debit every month is no rhythm of one's own.

    Read some rows at a time: the table as it is stored and its arrays together would take twice the memory.
    """
    contracts = history.table("contracts")["party_id"].combine_chunks()
    has_margin = True
    parts: dict[str, list[IntArray]] = {name: [] for name in ("party_id", "day", "revenue", "margin")}
    for batch in history.batches("party_days", tuple(parts)):
        kept = batch.filter(pc.invert(pc.is_in(batch["party_id"], value_set=contracts))) if len(contracts) else batch
        has_margin = has_margin and not kept["margin"].null_count
        for name, found in parts.items():
            if name != "margin" or has_margin:
                found.append(_integers(kept[name]))
    party, day, revenue = (_whole(parts.pop(name)) for name in ("party_id", "day", "revenue"))
    money = _whole(parts.pop("margin")) if has_margin else revenue
    return Visits.of(party, day, revenue, money, (as_of - EPOCH).days)


def _integers(column: pa.Array) -> IntArray:
    plain = column.cast(pa.int32()) if pa.types.is_date32(column.type) else column
    return np.asarray(plain, dtype=np.int64)


def _whole(parts: list[IntArray]) -> IntArray:
    return np.concatenate(parts or [np.zeros(0, np.int64)])
