"""Customers by the period in which they came, and what they did in each period since; and all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.history.asking import Question, days, real, whole
from fleuve_analytics.history.engine import Engine
from fleuve_analytics.history.periods import Period, every_period, is_complete, period_of, periods_between
from fleuve_analytics.history.queries import PERIODS
from fleuve_analytics.history.reading import Columns
from fleuve_analytics.history.source import Purchases
from fleuve_analytics.history.units import last_of
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["CohortTable", "PeriodTable", "cohort_table", "period_table"]


@dataclass(frozen=True, eq=False)
class CohortTable:
    """What c cohorts did at ages of 0 to m-1 periods; age 0 is the period of the first purchase.

    cohort: first day of the period in which its customers came, (c,). customers: how many they are, (c,). active,
    purchases, spend: customers who bought, purchase days and spend at each age, (c, m). observed: whether that age of
    that cohort was seen to its end, (c, m); what was not, shows what was counted until `until`.
    """

    cohort: npt.NDArray[np.datetime64]
    customers: IntArray
    active: IntArray
    purchases: IntArray
    spend: FloatArray
    observed: npt.NDArray[np.bool_]
    period: Period
    until: date

    @property
    def retention(self) -> FloatArray:
        """Share of each cohort that bought at each age, (c, m); NaN for ages that were not seen to their end."""
        present = np.maximum(self.customers, 1)[:, np.newaxis]
        return np.where(self.observed & (self.customers > 0)[:, np.newaxis], self.active / present, np.nan)


@dataclass(frozen=True, eq=False)
class PeriodTable:
    """What all customers did in each of p periods, every one from the first with a purchase to that of `until`.

    period_start: first day, (p,). buyers: customers who bought; new_buyers: those who had never bought before;
    returning_buyers: the others. purchases: purchase days. spend: their sum. complete: whether the period was seen to
    its end. New is whoever did not buy between `since` and the period: before it, nobody looks.
    """

    period_start: npt.NDArray[np.datetime64]
    buyers: IntArray
    new_buyers: IntArray
    returning_buyers: IntArray
    purchases: IntArray
    spend: FloatArray
    complete: npt.NDArray[np.bool_]
    period: Period
    until: date


def cohort_table(
    purchases: Purchases,
    *,
    customer: str,
    at: str,
    spend: str | None = None,
    period: Period = "month",
    until: date,
    since: date | None = None,
    time_zone: str | None = None,
    engine: Engine | None = None,
) -> CohortTable:
    """Count customers by the period of their first purchase and by the periods passed since.

    Purchase days follow the rules of `purchase_table`. Periods are those of the calendar, weeks start on Mondays. The
    last one is seen to its end only if `until` is its last day.

    period: "day", "week", "month", "quarter" or "year". The other arguments are those of `purchase_table`.

    Raises `UnreadablePurchases`, `InvalidSetting`.

    >>> import pyarrow
    >>> days = [date(2024, 1, 5), date(2024, 2, 9), date(2024, 1, 20), date(2024, 3, 1)]
    >>> lines = pyarrow.table({"who": ["A", "A", "B", "C"], "day": days})
    >>> table = cohort_table(lines, customer="who", at="day", until=date(2024, 3, 31))
    >>> table.cohort.astype(str).tolist(), table.customers.tolist()
    (['2024-01-01', '2024-02-01', '2024-03-01'], [2, 0, 1])
    >>> table.retention[0].tolist()
    [1.0, 0.5, 0.0]
    """
    found = _found(purchases, Columns(customer, at, spend, time_zone), period, (since, until), engine)
    starts, cells = _every_start(found, until, period), (found.cohort_number, found.age)
    shape = len(starts), len(starts)
    active = _filled(found.active, cells, shape)
    ends = np.arange(shape[0])[:, np.newaxis] + np.arange(shape[1])
    return CohortTable(
        cohort=starts,
        customers=active[:, 0].copy() if len(starts) else np.zeros(0, np.int64),
        active=active,
        purchases=_filled(found.purchases, cells, shape),
        spend=_filled(found.spend, cells, shape),
        observed=ends < len(starts) - (not is_complete(until, period)),
        period=period,
        until=until,
    )


def period_table(
    purchases: Purchases,
    *,
    customer: str,
    at: str,
    spend: str | None = None,
    period: Period = "month",
    until: date,
    since: date | None = None,
    time_zone: str | None = None,
    engine: Engine | None = None,
) -> PeriodTable:
    """Count buyers, new and returning, purchase days and spend of each period of the calendar.

    The arguments and rules are those of `cohort_table`; periods without purchase are there, with zeros.

    Raises `UnreadablePurchases`, `InvalidSetting`.

    >>> import pyarrow
    >>> days = [date(2024, 1, 5), date(2024, 3, 9), date(2024, 1, 20), date(2024, 3, 1)]
    >>> lines = pyarrow.table({"who": ["A", "A", "B", "C"], "day": days})
    >>> table = period_table(lines, customer="who", at="day", until=date(2024, 3, 15))
    >>> table.buyers.tolist(), table.new_buyers.tolist(), table.complete.tolist()
    ([2, 0, 2], [2, 0, 1], [True, True, False])
    """
    found = _found(purchases, Columns(customer, at, spend, time_zone), period, (since, until), engine)
    starts = _every_start(found, until, period)
    cells, shape = (found.cohort_number + found.age,), (len(starts),)
    buyers, new = (_filled(found.active * chosen, cells, shape) for chosen in (1, found.age == 0))
    return PeriodTable(
        period_start=starts,
        buyers=buyers,
        new_buyers=new,
        returning_buyers=buyers - new,
        purchases=_filled(found.purchases, cells, shape),
        spend=_filled(found.spend, cells, shape),
        complete=np.arange(len(starts)) < len(starts) - (not is_complete(until, period)),
        period=period,
        until=until,
    )


@dataclass(frozen=True, eq=False)
class _Found:
    """One row for each cohort and each period in which some of it bought."""

    cohort: npt.NDArray[np.datetime64]
    cohort_number: IntArray
    age: IntArray
    active: IntArray
    purchases: IntArray
    spend: FloatArray


def _found(
    purchases: Purchases,
    columns: Columns,
    period: Period,
    ends: tuple[date | None, date],
    engine: Engine | None,
) -> _Found:
    period_of(ends[1], period)
    question = Question(purchases, columns, ends[0], last_of("until", ends[1], "day"), engine)
    answer: dict[str, Any] = question.ask(PERIODS, period=period)
    cohort = days(answer["cohort"])
    first = cohort[:1].repeat(len(cohort))
    return _Found(
        cohort=cohort,
        cohort_number=periods_between(first, cohort, period),
        age=periods_between(cohort, days(answer["period"]), period),
        active=whole(answer["active"]),
        purchases=whole(answer["purchases"]),
        spend=real(answer["spend"]),
    )


def _every_start(found: _Found, until: date, period: Period) -> npt.NDArray[np.datetime64]:
    return every_period(found.cohort[0], until, period) if len(found.cohort) else found.cohort


def _filled(values: Any, cells: tuple[IntArray, ...], shape: tuple[int, ...]) -> Any:
    """The values in their cells, those of one cell added up, zeros elsewhere."""
    table = np.zeros(shape, dtype=values.dtype)
    np.add.at(table, cells, values)
    return table
