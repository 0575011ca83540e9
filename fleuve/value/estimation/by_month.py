"""Figures of each month, quarter, year and cohort, gathered in one walk through the months of a history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

import numpy as np

from fleuve.value.estimation.customers import BoolArray, Customers
from fleuve.value.estimation.days import IntArray, day_number, day_of, months_of
from fleuve.value.estimation.windows import Windows
from fleuve.value.rules.periods import MONTHS_IN, complete_periods, month_end, months_between
from fleuve.value.rules.retention import Spending, growth_between, kept_between
from fleuve.value.rules.sums import sums_by

__all__ = ["gather_months"]

_MOST_COHORTS: Final = 36
_MOST_PERIODS: Final = 36


def gather_months(
    windows: Windows, customers: Customers, already_there: BoolArray, complete_months: Sequence[int]
) -> dict[str, Any]:
    """``periods`` by unit and ``cohorts``."""
    units = {unit: _Periods(unit, complete_months, customers, already_there) for unit in MONTHS_IN}
    if not len(customers):
        return {"periods": {unit: [] for unit in units}, "cohorts": {"rows": [], "incomplete_months": []}}
    months = months_between(*(_month(int(day)) for day in (customers.first.min(), customers.last.max())))
    cohorts = _Cohorts(months, customers, already_there)
    for month in months:
        money, bought = windows.between(date(month // 100, month % 100, 1), month_end(month))
        cohorts.add(money, bought)
        for gathered in units.values():
            gathered.add(month, money, bought)
    periods = {unit: gathered.rows for unit, gathered in units.items()}
    return {"periods": periods, "cohorts": cohorts.told(set(complete_months))}


class _Periods:
    """Each complete period of one unit beside the one before it."""

    def __init__(
        self, unit: str, complete_months: Sequence[int], customers: Customers, already_there: BoolArray
    ) -> None:
        periods = complete_periods(unit, complete_months)[-_MOST_PERIODS:]
        self._by_month = {
            month: period for period in periods for month in months_between(period.key, _yyyymm(period.last))
        }
        self._first, self._already_there = customers.first, already_there
        self._money: IntArray | None = None
        self._bought: BoolArray | None = None
        self._previous: tuple[date, IntArray, BoolArray] | None = None
        self.rows: list[dict[str, Any]] = []

    def add(self, month: int, money: IntArray, bought: BoolArray) -> None:
        """What came in a month; months are told in order."""
        period = self._by_month.get(month)
        if period is None:
            return
        if self._money is not None and self._bought is not None:
            money, bought = self._money + money, self._bought | bought
        self._money, self._bought = money, bought
        if month_end(month) == period.last:
            self.rows.append(self._row(period.key, period.first, money, bought))
            self._previous = (period.last, money, bought)
            self._money = self._bought = None

    def _row(self, key: int, first: date, money: IntArray, bought: BoolArray) -> dict[str, Any]:
        row: dict[str, Any] = {"key": key, "customers": int(bought.sum()), "money": int(money.sum())}
        if self._previous and (first - self._previous[0]).days == 1:
            known = (self._first < day_number(first)) | self._already_there
            spending = Spending(self._previous[1], money, self._previous[2], bought, known)
            row |= {"kept": asdict(kept_between(spending)), "growth": asdict(growth_between(spending))}
        return row


class _Cohorts:
    """Customers by the month of their first purchase: how many bought, and how much, in each month after it.

    Those who were already there belong to no cohort. Cells of months that are not complete are listed as such.
    """

    def __init__(self, months: Sequence[int], customers: Customers, already_there: BoolArray) -> None:
        self._months, size = months, len(months)
        born = months_of(customers.first)
        self._start = int(born.min())
        # Customers by cohort, and all others in one that is not shown.
        self._cohort = np.where(already_there, size, born - self._start)
        self._shown = (np.unique(born[~already_there])[-_MOST_COHORTS:] - self._start).tolist()
        self._buyers: list[IntArray] = []
        self._sums: list[IntArray] = []

    def add(self, money: IntArray, bought: BoolArray) -> None:
        """What came in the next month."""
        size = len(self._months) + 1
        self._buyers.append(np.bincount(self._cohort[bought], minlength=size))
        self._sums.append(sums_by(money, self._cohort, size))

    def told(self, complete: set[int]) -> dict[str, Any]:
        """A row for each cohort, the last ones only."""
        buyers, sums = np.array(self._buyers).T, np.array(self._sums).T
        rows = [
            {"month": self._months[row], "buyers": buyers[row, row:].tolist(), "money": sums[row, row:].tolist()}
            for row in self._shown
        ]
        return {"rows": rows, "incomplete_months": [month for month in self._months if month not in complete]}


def _month(day: int) -> int:
    return _yyyymm(day_of(day))


def _yyyymm(day: date) -> int:
    return day.year * 100 + day.month
