"""The statement of a valuation: retention, growth, cohorts, concentration, rhythm and the river, as plain values.

Everything here is fact, not estimate: it is there even when history is too short to value anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

import numpy as np

from fleuve.value.estimation.customers import BoolArray, Customers, Rhythm
from fleuve.value.estimation.days import IntArray, PurchaseDays, day_number
from fleuve.value.rules.bands import bands_of
from fleuve.value.rules.periods import MONTHS_IN, Period, complete_periods, month_end, months_between
from fleuve.value.rules.retention import (
    Spending,
    growth_between,
    kept_between,
    lorenz,
    share_of_first,
    top_share,
)
from fleuve.value.rules.stages import SEASON_DAYS

__all__ = ["statement_of"]

_MOST_COHORTS: Final = 36
_MOST_PERIODS: Final = 36
_RIVER_MONTHS: Final = 24
_MOST_BANDS: Final = 16  # more than there are: makes one number of a pair of bands
_RETURN_DAYS: Final = (7, 14, 28, 42, 56, 70, 91, 112, 140, 182, 273, 365)


def statement_of(
    days: PurchaseDays,
    customers: Customers,
    rhythm: Rhythm | None,
    already_there: BoolArray,
    complete_months: Sequence[int],
    limits: tuple[int, ...],
) -> dict[str, Any]:
    """All figures of fact that pages show, as JSON."""
    starts = days.starts()
    place = np.repeat(np.arange(starts.size), np.diff(np.append(starts, len(days))))
    periods = {unit: _periods(days, place, customers, already_there, complete_months, unit) for unit in MONTHS_IN}
    return {
        "periods": periods,
        "cohorts": _cohorts(days, place, customers, already_there, complete_months),
        "concentration": _concentration(customers),
        "bands": _bands(customers, limits),
        "returns": _returns(rhythm),
        "yearly": _yearly(days, customers),
        "river": _river(days, place, customers, complete_months, limits),
    }


def _money_in(days: PurchaseDays, place: IntArray, size: int, first: date, last: date) -> tuple[IntArray, BoolArray]:
    """Money and whether there was a purchase, per customer, between two days included."""
    rows = (days.day >= day_number(first)) & (days.day <= day_number(last))
    owner = place[rows]
    bought = np.zeros(size, dtype=bool)
    bought[owner] = True
    return _sums_in_order(days.money[rows], owner, size), bought


def _periods(
    days: PurchaseDays,
    place: IntArray,
    customers: Customers,
    already_there: BoolArray,
    complete_months: Sequence[int],
    unit: str,
) -> list[dict[str, Any]]:
    """Each complete period beside the one before it."""
    size = len(customers)
    rows: list[dict[str, Any]] = []
    previous: tuple[Period, IntArray, BoolArray] | None = None
    for period in complete_periods(unit, complete_months)[-_MOST_PERIODS:]:
        money, bought = _money_in(days, place, size, period.first, period.last)
        row: dict[str, Any] = {"key": period.key, "customers": int(bought.sum()), "money": int(money.sum())}
        if previous and (period.first - previous[0].last).days == 1:
            known = (customers.first < day_number(period.first)) | already_there
            spending = Spending(previous[1], money, previous[2], bought, known)
            row |= {"kept": asdict(kept_between(spending)), "growth": asdict(growth_between(spending))}
        rows.append(row)
        previous = (period, money, bought)
    return rows


def _cohorts(
    days: PurchaseDays,
    place: IntArray,
    customers: Customers,
    already_there: BoolArray,
    complete_months: Sequence[int],
) -> dict[str, Any]:
    """Customers by the month of their first purchase: how many bought, and how much, in each month after it.

    Those who were already there belong to no cohort. Cells of months that are not complete are listed as such.
    """
    months = days.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    born = customers.first.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    kept = ~already_there[place]
    first, age = born[place][kept], (months - born[place])[kept]
    owner, money = place[kept], days.money[kept]
    last = int(months.max()) if months.size else 0
    shown = np.unique(born[~already_there])[-_MOST_COHORTS:]
    rows = []
    for cohort in shown:
        here = first == cohort
        span = last - int(cohort) + 1
        # A customer counts once in a month, however many days of it they bought on.
        heads = np.unique(owner[here] * span + age[here]) % span
        sums = _sums(money[here], age[here], span)
        buyers = np.bincount(heads, minlength=span)
        rows.append({"month": _yyyymm(int(cohort)), "buyers": buyers.tolist(), "money": sums.tolist()})
    have = set(complete_months)
    seen = months_between(_yyyymm(int(months.min())), _yyyymm(last)) if months.size else []
    return {"rows": rows, "incomplete_months": [month for month in seen if month not in have]}


def _yyyymm(months_since_1970: int) -> int:
    year, month = divmod(months_since_1970, 12)
    return (1970 + year) * 100 + month + 1


def _concentration(customers: Customers) -> dict[str, Any]:
    money = customers.money_12
    return {
        "customers": int((money > 0).sum()),
        "money": int(money.sum()),
        "top_10": top_share(money, 10),
        "top_tenth": share_of_first(money, 0.10),
        "lorenz": lorenz(money),
    }


def _bands(customers: Customers, limits: tuple[int, ...]) -> list[dict[str, int]]:
    """Heads and money of twelve months in each band, the best first, then those who brought nothing."""
    band = bands_of(customers.money_12, limits)
    floors = {place + 1: limit for place, limit in enumerate(limits)}
    rows = []
    for number in [*range(1, len(limits) + 2), 0]:
        here = band == number
        money = int(customers.money_12[here].sum())
        rows.append({"band": number, "from": floors.get(number, 0), "customers": int(here.sum()), "money": money})
    return rows


def _yearly(days: PurchaseDays, customers: Customers) -> dict[str, int] | None:
    """Buyers of the year before the last twelve months, and those of them who bought again; nothing below two years."""
    if not len(days) or customers.as_of - int(days.day.min()) < 2 * SEASON_DAYS - 1:
        return None
    were = customers.revenue_12_before > 0
    return {"were": int(were.sum()), "kept": int((were & (customers.revenue_12 > 0)).sum())}


def _returns(rhythm: Rhythm | None) -> dict[str, Any] | None:
    """Time to the next purchase for a customer of the house's usual rhythm."""
    if rhythm is None:
        return None
    house, returns = rhythm.house, rhythm.returns
    ahead = np.asarray(_RETURN_DAYS) / house.usual
    shares = 1 - returns.still_waiting(ahead)
    return {
        "usual": house.usual,
        "half": house.half,
        "nine_tenths": house.nine_tenths,
        "gaps": house.gaps,
        "never": returns.never,
        "points": [[day, float(share)] for day, share in zip(_RETURN_DAYS, shares, strict=True)],
    }


def _river(
    days: PurchaseDays, place: IntArray, customers: Customers, complete_months: Sequence[int], limits: tuple[int, ...]
) -> dict[str, Any] | None:
    """Customers and money moving between bands, quarter by quarter; nothing below twenty-four complete months.

    A customer's band at the end of a quarter is by the money of the twelve months before it; −1 is not yet a customer.
    """
    if len(complete_months) < _RIVER_MONTHS:
        return None
    ends = complete_periods("quarter", complete_months)
    first = complete_months[0]
    ends = [period for period in ends if len(months_between(first, _last_month(period))) >= 12]
    flows, nodes = [], []
    previous: IntArray | None = None
    for period in ends:
        last = period.last
        money, _ = _money_in(days, place, len(customers), _year_before(last), last)
        band = bands_of(money, limits)
        band[customers.first > day_number(last)] = -1
        nodes.append({"quarter": period.key, "bands": _flows(band, band, money)})
        if previous is not None:
            flows.append({"to": period.key, "links": _flows(previous, band, money)})
        previous = band
    return {"quarters": nodes, "flows": flows}


def _last_month(period: Period) -> int:
    return period.last.year * 100 + period.last.month


def _year_before(last: date) -> date:
    """The first day of the twelve months that end with a month's last day."""
    before = month_end((last.year - 1) * 100 + last.month)
    return date.fromordinal(before.toordinal() + 1)


def _flows(origin: IntArray, target: IntArray, money: IntArray) -> list[list[int]]:
    """[from, to, customers, money] of each pair that occurs; people who are nowhere are left out."""
    codes, rows = np.unique((origin + 1) * _MOST_BANDS + target + 1, return_inverse=True)
    rows = rows.ravel()
    heads = np.bincount(rows, minlength=codes.size)
    sums = _sums(money, rows, codes.size)
    pairs = [(int(code) // _MOST_BANDS - 1, int(code) % _MOST_BANDS - 1) for code in codes]
    found = zip(pairs, heads.tolist(), sums.tolist(), strict=True)
    return [[origin_band, band, count, total] for (origin_band, band), count, total in found if band + origin_band > -2]


def _sums_in_order(values: IntArray, place: IntArray, size: int) -> IntArray:
    """The same of rows that are sorted by place."""
    total = np.zeros(size, dtype=np.int64)
    if values.size:
        starts = np.flatnonzero(np.append(True, place[1:] != place[:-1]))
        total[place[starts]] = np.add.reduceat(values, starts)
    return total


def _sums(values: IntArray, place: IntArray, size: int) -> IntArray:
    """Exact integer sums by place; ``bincount`` would sum in floats."""
    order = np.argsort(place, kind="stable")
    return _sums_in_order(values[order], place[order], size)
