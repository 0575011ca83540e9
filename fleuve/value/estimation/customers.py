"""Each customer summed up as of a day: the arrays that rules and models read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from fleuve.value.estimation.days import IntArray, PurchaseDays, day_number
from fleuve.value.rules.rhythm import House, Returns, house_of, returns_of, usual_gaps
from fleuve.value.rules.stages import NINE_TENTHS, SEASON_DAYS

__all__ = ["Customers", "Rhythm", "customers_as_of", "rhythm_of", "spent_between"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
YEAR = 365


@dataclass(frozen=True)
class Customers:
    """One row per customer who had bought by ``as_of``, by id. Days are numbers, money is in minor units."""

    as_of: int
    ids: IntArray
    purchases: IntArray
    first: IntArray
    last: IntArray
    money: IntArray
    revenue: IntArray
    first_revenue: IntArray
    money_12: IntArray
    money_12_before: IntArray
    revenue_12: IntArray
    revenue_12_before: IntArray
    gap_owner: IntArray
    gap_days: IntArray

    def __len__(self) -> int:
        return int(self.ids.size)

    @property
    def silent(self) -> IntArray:
        """Days since the last purchase."""
        return self.as_of - self.last

    @property
    def age(self) -> IntArray:
        """Days since the first purchase."""
        return self.as_of - self.first

    @property
    def frequency(self) -> IntArray:
        """Repeat purchase days."""
        return self.purchases - 1

    @property
    def recency(self) -> IntArray:
        """Days from the first to the last purchase."""
        return self.last - self.first

    @property
    def mean_spend(self) -> FloatArray:
        """Mean revenue of the repeat purchase days; not a number for those without."""
        repeats = np.where(self.frequency > 0, self.frequency, np.nan)
        return np.asarray((self.revenue - self.first_revenue) / repeats, dtype=np.float64)

    @property
    def gaps(self) -> IntArray:
        """Finished gaps of each customer: as many as repeat purchases."""
        return self.frequency


@dataclass(frozen=True)
class Rhythm:
    """Usual gaps, the curve of returns and what today's silence means, per customer."""

    house: House
    returns: Returns
    usual: FloatArray
    share_back: FloatArray
    returned_from_loss: BoolArray

    def chance_back(self, silent: npt.ArrayLike, ahead_days: float) -> FloatArray:
        """Chance of a purchase within the coming days."""
        return self.returns.chance_back(np.asarray(silent) / self.usual, ahead_days / self.usual)


def customers_as_of(days: PurchaseDays, as_of: date) -> Customers:
    """Sum up purchase days that were known on ``as_of``."""
    today = day_number(as_of)
    ids, start, count = np.unique(days.party, return_index=True, return_counts=True)
    owner = np.repeat(np.arange(ids.size), count)
    ago = today - days.day

    def total(values: IntArray, rows: BoolArray) -> IntArray:
        return _sums(values[rows], owner[rows], ids.size)

    this_year, year_before = ago < YEAR, (ago >= YEAR) & (ago < 2 * YEAR)
    same = owner[1:] == owner[:-1]
    everything = np.ones(len(days), dtype=bool)
    return Customers(
        as_of=today,
        ids=ids,
        purchases=count.astype(np.int64),
        first=days.day[start],
        last=days.day[start + count - 1],
        money=total(days.money, everything),
        revenue=total(days.revenue, everything),
        first_revenue=days.revenue[start],
        money_12=total(days.money, this_year),
        money_12_before=total(days.money, year_before),
        revenue_12=total(days.revenue, this_year),
        revenue_12_before=total(days.revenue, year_before),
        gap_owner=owner[1:][same],
        gap_days=np.diff(days.day)[same],
    )


def _sums(values: IntArray, owner: IntArray, size: int) -> IntArray:
    """Exact integer sums per customer of rows sorted by customer (``bincount`` would sum in floats)."""
    total = np.zeros(size, dtype=np.int64)
    if values.size:
        starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
        total[owner[starts]] = np.add.reduceat(values, starts)
    return total


def rhythm_of(customers: Customers, house_days: float | None = None) -> Rhythm | None:
    """The rhythm of every customer; nothing while nobody has come back.

    ``house_days`` stands for the measured usual gap of the house where somebody knows better.
    """
    measured = house_of(customers.gap_days)
    if measured is None:
        return None
    house = measured if house_days is None else replace(measured, usual=house_days)
    logs = np.bincount(customers.gap_owner, weights=np.log(customers.gap_days), minlength=len(customers))
    usual = usual_gaps(customers.gaps, logs, house.usual)
    repeat = customers.purchases >= 2
    finished = customers.gap_days / usual[customers.gap_owner]
    returns = returns_of(finished, (customers.silent / usual)[repeat])
    share_back = returns.share_back(customers.silent / usual)
    return Rhythm(house, returns, usual, share_back, _returned_from_loss(customers, usual, returns))


def _returned_from_loss(customers: Customers, usual: FloatArray, returns: Returns) -> BoolArray:
    """Whose last purchase ended a silence that counted as a loss."""
    back = np.zeros(len(customers), dtype=bool)
    if customers.gap_owner.size:
        newest = np.append(customers.gap_owner[1:] != customers.gap_owner[:-1], True)
        owner, gap = customers.gap_owner[newest], customers.gap_days[newest]
        back[owner] = (gap >= SEASON_DAYS) & (returns.share_back(gap / usual[owner]) >= NINE_TENTHS)
    return back


def spent_between(days: PurchaseDays, ids: IntArray, after: int, until: int) -> tuple[IntArray, IntArray]:
    """Purchase days and money of these customers after one day and up to another; newcomers are left out."""
    rows = (days.day > after) & (days.day <= until)
    party, money = days.party[rows], days.money[rows]
    place = np.minimum(np.searchsorted(ids, party), max(ids.size - 1, 0))
    known = ids[place] == party if ids.size else np.zeros(party.size, dtype=bool)
    owner = place[known]
    return np.bincount(owner, minlength=ids.size).astype(np.int64), _sums(money[known], owner, ids.size)
