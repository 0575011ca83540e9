"""Customers as of a day, read off a ledger: the sums of ``customers`` without reading every purchase again.

A ledger holds each purchase at one worth. Customers of whom something was taken back at some time did not always stand
as they do now; they are few, so they are summed up anew for each day and put in their places.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from fleuve.value.estimation.customers import YEAR, Customers, are_among, customers_as_of, gap_step, spent_between
from fleuve.value.estimation.days import IntArray, PurchaseDays, Purchases, day_number
from fleuve.value.estimation.ledger import Ledger

__all__ = [
    "Summed",
    "customers_at",
    "customers_of",
    "received_at",
    "received_of",
    "repeat_buyers_at",
    "repeat_buyers_of",
    "spent_at",
    "spent_of",
]

Places = npt.NDArray[np.intp]


@runtime_checkable
class Summed(Protocol):
    """Purchases that answer what was known of customers without a look at every row."""

    def customers(self, as_of: date) -> Customers:
        """Everybody who had bought by a day, as known at its end."""
        ...

    def spent(self, ids: IntArray, after: int, until: date) -> tuple[IntArray, IntArray]:
        """Purchase days and money of these customers after one day and up to another, as known at its end."""
        ...

    def received(self, after: int, until: date) -> int:
        """Money of everybody after one day and up to another, as known at its end."""
        ...

    def repeat_buyers(self, as_of: date) -> int:
        """How many had bought on two days or more by a day, as known at its end."""
        ...


def customers_at(purchases: Purchases, as_of: date) -> Customers:
    """Everybody who had bought by a day, as known at its end."""
    if isinstance(purchases, Summed):
        return purchases.customers(as_of)
    return customers_as_of(purchases.known(as_of), as_of)


def spent_at(purchases: Purchases, ids: IntArray, after: int, until: date) -> tuple[IntArray, IntArray]:
    """Purchase days and money of these customers after one day and up to another, as known at its end."""
    if isinstance(purchases, Summed):
        return purchases.spent(ids, after, until)
    return spent_between(purchases.known(until), ids, after, day_number(until))


def received_at(purchases: Purchases, after: int, until: date) -> int:
    """Money of everybody after one day and up to another, as known at its end."""
    if isinstance(purchases, Summed):
        return purchases.received(after, until)
    return _money_between(purchases.known(until), after, day_number(until))


def repeat_buyers_at(purchases: Purchases, as_of: date) -> int:
    """How many had bought on two days or more by a day, as known at its end."""
    if isinstance(purchases, Summed):
        return purchases.repeat_buyers(as_of)
    return _repeat_buyers(purchases.known(as_of), day_number(as_of))


def customers_of(ledger: Ledger, as_of: date, changed: Places, stood: PurchaseDays) -> Customers:
    """The same as ``customers_as_of`` of all rows known on a day.

    ``changed``: places in the ledger of customers who did not always stand as there; ``stood``: their rows as known.
    """
    today = day_number(as_of)
    end = ledger.places(today)
    is_known = end > ledger.start
    few = customers_as_of(stood, as_of)
    among = np.searchsorted(ledger.ids, few.ids)
    is_known[changed] = False
    is_known[among] = True
    rows = np.flatnonzero(is_known)
    found = _sums(ledger, today, rows, end[rows])
    first = ledger.start[rows]
    if few.ids.size:
        where = np.searchsorted(rows, among)
        for name in _SUMMED:
            getattr(found, name)[where] = getattr(few, name)
        first[where] = len(ledger.days) + stood.starts()
    owner, gap_days = _some_gaps(ledger.days.day, stood.day, first, found.frequency)
    return replace(found, gap_owner=owner, gap_days=gap_days)


def _sums(ledger: Ledger, today: int, rows: Places, end: IntArray) -> Customers:
    """Everything but the gaps themselves, of customers in these rows of the ledger."""
    days, start = ledger.days, ledger.start[rows]
    year, before = (ledger.places(today - back)[rows] for back in (YEAR, 2 * YEAR))
    marks = start, before, year, end
    revenue = _spans(*map(ledger.revenue_until, marks))
    money = revenue if days.money is days.revenue else _spans(*map(ledger.money_until, marks))
    count, last = end - start, days.day[end - 1]
    none = np.zeros(0, dtype=np.int64)
    return Customers(
        as_of=today,
        ids=ledger.ids[rows],
        purchases=count,
        first=days.day[start],
        last=last,
        money=money[0],
        revenue=revenue[0],
        first_revenue=days.revenue[start],
        money_12=money[1],
        money_12_before=money[2],
        revenue_12=revenue[1],
        revenue_12_before=revenue[2],
        log_gaps=ledger.log_gaps(start, end),
        last_gap=np.where(count > 1, last - days.day[end - 2], 0),
        gap_owner=none,
        gap_days=none,
        is_contract=are_among(ledger.ids[rows], days.contracts),
    )


def _spans(start: IntArray, before: IntArray, year: IntArray, end: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """From running sums: of all time, of the last year, and of the one before it."""
    return end - start, end - year, year - before


# What every customer has one of; money may be the very array of revenue, which is then written twice with the same.
_SUMMED = tuple(
    one.name for one in fields(Customers) if one.name not in ("as_of", "ids", "gap_owner", "gap_days", "is_contract")
)


def _some_gaps(day: IntArray, stood: IntArray, first: Places, repeats: IntArray) -> tuple[IntArray, IntArray]:
    """The gaps of some customers, evenly chosen, and whose they are; rows beyond the ledger are of ``stood``."""
    some = np.arange(0, first.size, gap_step(first.size))
    times = repeats[some]
    owner = np.repeat(some, times)
    rows = np.repeat(first[some] + 1 - (np.cumsum(times) - times), times) + np.arange(owner.size)
    is_stood = rows >= day.size
    here = np.where(is_stood, 1, rows)
    gaps = day[here] - day[here - 1]
    there = rows[is_stood] - day.size
    gaps[is_stood] = stood[there] - stood[there - 1]
    return owner, gaps


def spent_of(
    ledger: Ledger, ids: IntArray, after: int, until: int, changed: Places, stood: PurchaseDays
) -> tuple[IntArray, IntArray]:
    """The same as ``spent_between`` of all rows known on a day."""
    low, high = ledger.places(after), ledger.places(until)
    bought, money = high - low, ledger.money(low, high)
    bought[changed], money[changed] = spent_between(stood, ledger.ids[changed], after, until)
    if ids.size == ledger.ids.size:
        return bought, money
    place = np.searchsorted(ledger.ids, ids)
    return bought[place], money[place]


def received_of(ledger: Ledger, after: int, until: int, changed: Places, stood: PurchaseDays) -> int:
    """The sum of what ``spent_of`` says of everybody."""
    money = ledger.money(ledger.places(after), ledger.places(until))
    money[changed] = 0
    return int(money.sum()) + _money_between(stood, after, until)


def _money_between(days: PurchaseDays, after: int, until: int) -> int:
    return int(days.money[(days.day > after) & (days.day <= until)].sum())


def repeat_buyers_of(ledger: Ledger, as_of: int, changed: Places, stood: PurchaseDays) -> int:
    """How many had bought on two days or more by a day."""
    days = ledger.places(as_of) - ledger.start
    days[changed] = 0
    return int((days >= 2).sum()) + _repeat_buyers(stood, as_of)


def _repeat_buyers(days: PurchaseDays, as_of: int) -> int:
    party = days.party[days.day <= as_of]
    return int((np.unique(party, return_counts=True)[1] >= 2).sum())
