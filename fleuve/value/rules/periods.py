"""Complete calendar periods of a history: a partial one is never compared."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

__all__ = ["MONTHS_IN", "Period", "complete_periods", "month_end", "months_between"]

MONTHS_IN: Final = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Period:
    """A calendar month, quarter or year: its key is its first month (yyyymm), its days are both included."""

    unit: str
    key: int
    first: date
    last: date


def month_end(month: int) -> date:
    """Last day of a month given as yyyymm."""
    year, number = divmod(month, 100)
    return date(year, number, monthrange(year, number)[1])


def months_between(first: int, last: int) -> list[int]:
    """Months from one yyyymm to another, both included."""
    start, end = (month // 100 * 12 + month % 100 - 1 for month in (first, last))
    return [place // 12 * 100 + place % 12 + 1 for place in range(start, end + 1)]


def complete_periods(unit: str, complete_months: Iterable[int]) -> list[Period]:
    """The months, quarters or years all of whose months are complete, in order."""
    size = MONTHS_IN[unit]
    have = set(complete_months)
    starts = sorted(month for month in have if (month % 100 - 1) % size == 0)
    periods = []
    for start in starts:
        months = [start + step for step in range(size)]
        if have.issuperset(months):
            year, number = divmod(start, 100)
            periods.append(Period(unit, start, date(year, number, 1), month_end(months[-1])))
    return periods
