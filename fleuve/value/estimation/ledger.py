"""Running sums over a history: what a customer did in any period is the difference of two places, not a new sum.

A ledger is made once of all purchase days. A day then costs what moved since the nearest day that was asked for, and
not the whole history: two dozen month-ends of ten million purchases are summed up in the time of two.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from fleuve.value.estimation.days import IntArray, PurchaseDays

__all__ = ["Ledger"]

# Logarithms of gaps as whole numbers, so that their running sums are exact: 2^-32 of one is far below any use of it.
_LOG_UNITS: Final = 2.0**32
# Days whose places are kept: a month-end asks for itself, a year and two years before.
_MOST_KEPT: Final = 4


class Ledger:
    """Purchase days with running sums of money, revenue and logarithms of gaps.

    ``ids``: one per customer; ``start``: the first row of each.
    """

    def __init__(self, days: PurchaseDays) -> None:
        self.days = days
        self.start = days.starts()
        self.ids: IntArray = days.party[self.start]
        self._money = _running(days.money)
        self._revenue = self._money if days.money is days.revenue else _running(days.revenue)
        owner = np.repeat(np.arange(self.start.size, dtype=np.int32), np.diff(np.append(self.start, len(days))))
        self._first_day = int(days.day.min(initial=0))
        since = days.day - self._first_day
        # Small whole numbers sort in one sweep.
        small = since.astype(np.uint16) if since.max(initial=0) < 2**16 else since
        self._owner_by_day = owner[np.argsort(small, kind="stable")]
        self._rows_until = np.cumsum(np.bincount(since))
        self._kept: tuple[tuple[int, IntArray], ...] = ((0, self.start),)

    @cached_property
    def _log_gaps(self) -> IntArray:
        return _running(_log_gaps(self.days.day, self.start))

    def places(self, day: int) -> IntArray:
        """For each customer, the row after the last purchase up to a day: ``start`` for who had not bought yet."""
        rows = self._rows_up_to(day)
        # Read and written whole: two threads may ask at once, and neither sees half of what the other keeps.
        kept = self._kept
        near, places = min(kept, key=lambda one: abs(one[0] - rows))
        if near != rows:
            moved = np.bincount(self._owner_by_day[min(near, rows) : max(near, rows)], minlength=self.start.size)
            places = places + moved if rows > near else places - moved
            self._kept = ((rows, places), *kept)[:_MOST_KEPT]
        return places

    def _rows_up_to(self, day: int) -> int:
        since = min(day - self._first_day, self._rows_until.size - 1)
        return int(self._rows_until[since]) if since >= 0 else 0

    def money_until(self, place: IntArray) -> IntArray:
        """Money of all rows before each place."""
        return np.asarray(self._money[place])

    def revenue_until(self, place: IntArray) -> IntArray:
        """Revenue of all rows before each place."""
        return np.asarray(self._revenue[place])

    def money(self, after: IntArray, until: IntArray) -> IntArray:
        """Money of the rows from one place up to another, per customer."""
        return np.asarray(self._money[until] - self._money[after])

    def log_gaps(self, after: IntArray, until: IntArray) -> npt.NDArray[np.float64]:
        """Sum of the logarithms of the gaps that end in these rows."""
        return np.asarray((self._log_gaps[until] - self._log_gaps[after]) / _LOG_UNITS)


def _running(values: IntArray) -> IntArray:
    """Sums of the rows before each row, and of all."""
    sums = np.zeros(values.size + 1, dtype=np.int64)
    np.cumsum(values, out=sums[1:])
    return sums


def _log_gaps(day: IntArray, start: npt.NDArray[np.intp]) -> IntArray:
    gap = np.diff(day, prepend=day[:1])
    gap[start] = 1  # no gap ends with a first purchase, and the logarithm of one adds nothing
    # Gaps are whole days: a logarithm each of a few thousand numbers, instead of one for each of millions of gaps.
    logs = np.log(np.arange(int(gap.max(initial=0)) + 1).clip(1))
    return np.asarray(np.rint(logs * _LOG_UNITS).astype(np.int64)[gap])
