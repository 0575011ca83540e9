"""Each customer summed up as of a day: the arrays that rules and models read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from fleuve.value.estimation.days import IntArray, PurchaseDays, day_number
from fleuve.value.rules.contracts import ENDED_AFTER_DAYS
from fleuve.value.rules.rhythm import House, Returns, house_of, returns_of, usual_gaps
from fleuve.value.rules.stages import NINE_TENTHS, SEASON_DAYS

__all__ = ["YEAR", "Customers", "Rhythm", "are_among", "customers_as_of", "gap_step", "rhythm_of", "spent_between"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
YEAR = 365
# The gaps of so many customers draw the curve of returns to half a point; a million would only cost time.
MOST_OF_THE_CURVE: Final = 50_000


@dataclass(frozen=True)
class Customers:
    """One row per customer who had bought by ``as_of``, by id. Days are numbers, money is in minor units.

    ``log_gaps``: sum of the logarithms of the gaps between purchase days; ``last_gap``: the newest of them, 0 for
    none. ``gap_owner`` and ``gap_days``: every gap of every customer, or of every so many of them in a large base.
    """

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
    log_gaps: FloatArray
    last_gap: IntArray
    gap_owner: IntArray
    gap_days: IntArray
    is_contract: BoolArray

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
    def gap_step(self) -> int:
        """Gaps are held of every so many customers."""
        return gap_step(len(self))

    @property
    def has_ended(self) -> BoolArray:
        """Contracts that are over: what they will bring is no forecast."""
        return np.asarray(self.is_contract & (self.silent > ENDED_AFTER_DAYS), dtype=np.bool_)

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
    start = days.starts()
    count = np.diff(np.append(start, len(days)))
    ago = today - days.day
    this_year, year_before = ago < YEAR, (ago >= YEAR) & (ago < 2 * YEAR)
    revenue = tuple(_sums_of(days.revenue, start, rows) for rows in (None, this_year, year_before))
    if days.money is days.revenue:
        money = revenue
    else:
        money = tuple(_sums_of(days.money, start, rows) for rows in (None, this_year, year_before))
    log_gaps, last_gap = _gaps_of(days.day, start, count)
    owner, gap_days = _some_gaps(days.day, start, count)
    return Customers(
        as_of=today,
        ids=days.party[start],
        purchases=count.astype(np.int64),
        first=days.day[start],
        last=days.day[start + count - 1],
        money=money[0],
        revenue=revenue[0],
        first_revenue=days.revenue[start],
        money_12=money[1],
        money_12_before=money[2],
        revenue_12=revenue[1],
        revenue_12_before=revenue[2],
        log_gaps=log_gaps,
        last_gap=last_gap,
        gap_owner=owner,
        gap_days=gap_days,
        is_contract=are_among(days.party[start], days.contracts),
    )


def are_among(ids: IntArray, some: IntArray) -> BoolArray:
    """Whose ids are among some sorted ones."""
    if not some.size:
        return np.zeros(ids.size, dtype=bool)
    place = np.minimum(np.searchsorted(some, ids), some.size - 1)
    return np.asarray(some[place] == ids, dtype=np.bool_)


def _sums_of(values: IntArray, start: npt.NDArray[np.intp], rows: BoolArray | None) -> IntArray:
    """Exact integer sums per customer of some rows, which are sorted by customer (``bincount`` would sum in floats)."""
    if not start.size:
        return np.zeros(0, dtype=np.int64)
    return np.add.reduceat(values if rows is None else values * rows, start)


def _gaps_of(day: IntArray, start: npt.NDArray[np.intp], count: npt.NDArray[np.intp]) -> tuple[FloatArray, IntArray]:
    """Per customer: the sum of the logarithms of the gaps, and the newest gap."""
    if not start.size:
        return np.zeros(0), np.zeros(0, dtype=np.int64)
    gap = np.diff(day, prepend=day[:1])
    gap[start] = 1  # no gap ends with a first purchase, and the logarithm of one adds nothing
    # Gaps are whole days: a logarithm each of a few thousand numbers, instead of one for each of millions of gaps.
    logs = np.log(np.arange(int(gap.max()) + 1).clip(1))
    newest = np.where(count > 1, gap[start + count - 1], 0)
    return np.add.reduceat(logs[gap], start), newest


def _some_gaps(day: IntArray, start: npt.NDArray[np.intp], count: npt.NDArray[np.intp]) -> tuple[IntArray, IntArray]:
    """The gaps of at most ``MOST_OF_THE_CURVE`` customers, evenly chosen, and whose they are."""
    some = np.arange(0, start.size, gap_step(start.size))
    repeats = count[some] - 1
    owner = np.repeat(some, repeats)
    before = np.cumsum(repeats) - repeats
    rows = start[owner] + 1 + np.arange(owner.size) - np.repeat(before, repeats)
    return owner, day[rows] - day[rows - 1]


def gap_step(customers: int) -> int:
    """The gaps of every so many customers draw the curve of returns."""
    return max(1, -(-customers // MOST_OF_THE_CURVE))


def _sums(values: IntArray, owner: IntArray, size: int) -> IntArray:
    """Exact integer sums per customer of rows sorted by customer."""
    total = np.zeros(size, dtype=np.int64)
    if values.size:
        starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
        total[owner[starts]] = np.add.reduceat(values, starts)
    return total


def rhythm_of(customers: Customers, house_days: float | None = None) -> Rhythm | None:
    """The rhythm of every customer; nothing while nobody has come back.

    Debits of a contract are no rhythm of purchases: they are left out of the house and of the curve, unless there is
    nothing else. ``house_days`` stands for the measured usual gap of the house where somebody knows better.
    """
    bought = ~customers.is_contract
    if not bought[customers.gap_owner].any():
        bought = np.ones(len(customers), dtype=bool)
    shown = bought[customers.gap_owner]
    measured = house_of(customers.gap_days[shown])
    if measured is None:
        return None
    house = measured if house_days is None else replace(measured, usual=house_days)
    usual = usual_gaps(customers.gaps, customers.log_gaps, house.usual)
    finished = (customers.gap_days / usual[customers.gap_owner])[shown]
    silence = customers.silent / usual
    some = slice(None, None, gap_step(len(customers)))
    returns = returns_of(finished, silence[some][(customers.purchases[some] >= 2) & bought[some]])
    return Rhythm(house, returns, usual, returns.share_back(silence), _returned_from_loss(customers, usual, returns))


def _returned_from_loss(customers: Customers, usual: FloatArray, returns: Returns) -> BoolArray:
    """Whose last purchase ended a silence that counted as a loss."""
    long = np.flatnonzero(customers.last_gap >= SEASON_DAYS)
    back = np.zeros(len(customers), dtype=bool)
    back[long] = returns.share_back(customers.last_gap[long] / usual[long]) >= NINE_TENTHS
    return back


def spent_between(days: PurchaseDays, ids: IntArray, after: int, until: int) -> tuple[IntArray, IntArray]:
    """Purchase days and money of these customers after one day and up to another; newcomers are left out."""
    rows = (days.day > after) & (days.day <= until)
    party, money = days.party[rows], days.money[rows]
    place = np.minimum(np.searchsorted(ids, party), max(ids.size - 1, 0))
    known = ids[place] == party if ids.size else np.zeros(party.size, dtype=bool)
    owner = place[known]
    return np.bincount(owner, minlength=ids.size).astype(np.int64), _sums(money[known], owner, ids.size)
