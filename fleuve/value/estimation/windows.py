"""What each customer bought between any two days, all as known on one day."""

from __future__ import annotations

from copy import copy
from datetime import date
from typing import Protocol, runtime_checkable

import numpy as np

from fleuve.value.estimation.customers import BoolArray
from fleuve.value.estimation.days import IntArray, PurchaseDays, Purchases, day_number
from fleuve.value.estimation.ledger import Ledger

__all__ = ["Windows", "WithWindows", "windows_of"]


class Windows:
    """Money and whether there was a purchase, of the same customers in the same order for any two days.

    ``rows``: places of these customers in the ledger; nothing when they are all of it. ``few``: the purchases of those
    who once stood otherwise than the ledger says, as known on the day.
    """

    def __init__(self, ledger: Ledger, ids: IntArray, few: PurchaseDays | None = None) -> None:
        self._ledger = copy(ledger)  # with a memory of its own: others ask the same ledger for other days meanwhile
        self._rows = None if ids.size == ledger.ids.size else np.searchsorted(ledger.ids, ids)
        self._few = Ledger(few) if few is not None and len(few) else None
        self._place_of_few = np.searchsorted(ids, self._few.ids) if self._few else None

    def between(self, first: date, last: date) -> tuple[IntArray, BoolArray]:
        """Per customer, from one day to another, both included."""
        before, until = day_number(first) - 1, day_number(last)
        low, high = self._ledger.places(before), self._ledger.places(until)
        if self._rows is not None:
            low, high = low[self._rows], high[self._rows]
        money, bought = self._ledger.money(low, high), np.asarray(high > low, dtype=np.bool_)
        if self._few is not None:
            low, high = self._few.places(before), self._few.places(until)
            money[self._place_of_few] = self._few.money(low, high)
            bought[self._place_of_few] = high > low
        return money, bought


@runtime_checkable
class WithWindows(Protocol):
    """Purchases that answer windows without a look at every row."""

    def windows(self, ids: IntArray, as_of: date) -> Windows:
        """Windows of everybody who had bought by a day, as known at its end."""
        ...


def windows_of(purchases: Purchases, ids: IntArray, as_of: date) -> Windows:
    """Windows of everybody (``ids``) who had bought by a day, as known at its end."""
    if isinstance(purchases, WithWindows):
        return purchases.windows(ids, as_of)
    return Windows(Ledger(purchases.known(as_of)), ids)
