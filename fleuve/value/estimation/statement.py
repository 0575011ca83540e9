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
from fleuve.value.estimation.days import IntArray, PurchaseDays, day_number, months_of
from fleuve.value.estimation.ledger import Ledger
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

__all__ = ["statement_of", "sums_by"]

_MOST_COHORTS: Final = 36
_MOST_PERIODS: Final = 36
_RIVER_MONTHS: Final = 24
_MOST_BANDS: Final = 16  # more than there are: makes one number of a pair of bands
_EXACT: Final = 2.0**52  # half of what a float holds exactly, so that the sum that is asked is safe itself
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
    ledger = Ledger(days)
    periods = {unit: _periods(ledger, customers, already_there, complete_months, unit) for unit in MONTHS_IN}
    return {
        "periods": periods,
        "cohorts": _cohorts(ledger, customers, already_there, complete_months),
        "concentration": _concentration(customers),
        "bands": _bands(customers, limits),
        "returns": _returns(rhythm),
        "yearly": _yearly(days, customers),
        "river": _river(ledger, customers, complete_months, limits),
    }


def _money_in(ledger: Ledger, first: date, last: date) -> tuple[IntArray, BoolArray]:
    """Money and whether there was a purchase, per customer, between two days included."""
    low, high = ledger.places(day_number(first) - 1), ledger.places(day_number(last))
    return ledger.money(low, high), high > low


def _periods(
    ledger: Ledger,
    customers: Customers,
    already_there: BoolArray,
    complete_months: Sequence[int],
    unit: str,
) -> list[dict[str, Any]]:
    """Each complete period beside the one before it."""
    rows: list[dict[str, Any]] = []
    previous: tuple[Period, IntArray, BoolArray] | None = None
    for period in complete_periods(unit, complete_months)[-_MOST_PERIODS:]:
        money, bought = _money_in(ledger, period.first, period.last)
        row: dict[str, Any] = {"key": period.key, "customers": int(bought.sum()), "money": int(money.sum())}
        if previous and (period.first - previous[0].last).days == 1:
            known = (customers.first < day_number(period.first)) | already_there
            spending = Spending(previous[1], money, previous[2], bought, known)
            row |= {"kept": asdict(kept_between(spending)), "growth": asdict(growth_between(spending))}
        rows.append(row)
        previous = (period, money, bought)
    return rows


def _cohorts(
    ledger: Ledger, customers: Customers, already_there: BoolArray, complete_months: Sequence[int]
) -> dict[str, Any]:
    """Customers by the month of their first purchase: how many bought, and how much, in each month after it.

    Those who were already there belong to no cohort. Cells of months that are not complete are listed as such.
    """
    if not len(customers):
        return {"rows": [], "incomplete_months": []}
    born, first, last = months_of(customers.first), _month(ledger.days.day.min()), _month(ledger.days.day.max())
    # Customers by cohort, and all others in one that is not shown.
    cohort = np.where(already_there, last + 1, born) - first
    size, spans = last - first + 2, range(first, last + 1)
    buyers, sums = (np.zeros((size, size - 1), dtype=np.int64) for _ in range(2))
    for column, month in enumerate(spans):
        money, bought = _money_in(ledger, _first_day(month), _last_day(month))
        buyers[:, column] = np.bincount(cohort[bought], minlength=size)
        sums[:, column] = sums_by(money, cohort, size)
    shown = np.unique(born[~already_there])[-_MOST_COHORTS:] - first
    rows = [
        {"month": _yyyymm(first + row), "buyers": buyers[row, row:].tolist(), "money": sums[row, row:].tolist()}
        for row in shown.tolist()
    ]
    have = set(complete_months)
    return {"rows": rows, "incomplete_months": [told for month in spans if (told := _yyyymm(month)) not in have]}


def _month(day: int) -> int:
    return int(np.datetime64(int(day), "D").astype("datetime64[M]").astype(np.int64))


def _first_day(month: int) -> date:
    return date(1970 + month // 12, month % 12 + 1, 1)


def _last_day(month: int) -> date:
    return month_end(_yyyymm(month))


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
    ledger: Ledger, customers: Customers, complete_months: Sequence[int], limits: tuple[int, ...]
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
        money, _ = _money_in(ledger, _year_before(last), last)
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
    code = (origin + 1) * _MOST_BANDS + target + 1
    heads = np.bincount(code, minlength=_MOST_BANDS**2)
    sums = sums_by(money, code, heads.size)
    found = (
        [place // _MOST_BANDS - 1, place % _MOST_BANDS - 1, int(heads[place]), int(sums[place])]
        for place in np.flatnonzero(heads).tolist()
    )
    return [flow for flow in found if flow[0] + flow[1] > -2]


def sums_by(values: IntArray, place: IntArray, size: int) -> IntArray:
    """Exact sums of whole numbers by place.

    ``bincount`` adds floats, which hold whole numbers up to 2^53: larger ones are added in two halves.
    """
    if np.abs(values).sum(dtype=np.float64) < _EXACT:
        return np.bincount(place, values, minlength=size).astype(np.int64)
    high, low = np.divmod(values, 2**20)
    halves = (np.bincount(place, half, minlength=size).astype(np.int64) for half in (high, low))
    return next(halves) * 2**20 + next(halves)
