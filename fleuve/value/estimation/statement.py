"""The statement of a valuation: retention, growth, cohorts, concentration, rhythm and the river, as plain values.

Everything here is fact, not estimate: it is there even when history is too short to value anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np

from fleuve.value.estimation.by_month import gather_months
from fleuve.value.estimation.customers import BoolArray, Customers, Rhythm
from fleuve.value.estimation.days import IntArray, day_number
from fleuve.value.estimation.windows import Windows
from fleuve.value.rules.bands import bands_of
from fleuve.value.rules.periods import Period, complete_periods, month_end, months_between
from fleuve.value.rules.retention import lorenz, share_of_first, top_share
from fleuve.value.rules.stages import SEASON_DAYS
from fleuve.value.rules.sums import sums_by

__all__ = ["statement_of"]

_RIVER_MONTHS: Final = 24
_MOST_BANDS: Final = 16  # more than there are: makes one number of a pair of bands
_RETURN_DAYS: Final = (7, 14, 28, 42, 56, 70, 91, 112, 140, 182, 273, 365)


def statement_of(
    windows: Windows,
    customers: Customers,
    rhythm: Rhythm | None,
    already_there: BoolArray,
    complete_months: Sequence[int],
    limits: tuple[int, ...],
) -> dict[str, Any]:
    """All figures of fact that pages show, as JSON; ``windows``: those of these customers."""
    return {
        **gather_months(windows, customers, already_there, complete_months),
        "concentration": _concentration(customers),
        "bands": _bands(customers, limits),
        "returns": _returns(rhythm),
        "yearly": _yearly(customers),
        "river": _river(windows, customers, complete_months, limits),
    }


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


def _yearly(customers: Customers) -> dict[str, int] | None:
    """Buyers of the year before the last twelve months, and those of them who bought again; nothing below two years."""
    if not len(customers) or customers.as_of - int(customers.first.min()) < 2 * SEASON_DAYS - 1:
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
    windows: Windows, customers: Customers, complete_months: Sequence[int], limits: tuple[int, ...]
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
        money, _ = windows.between(_year_before(last), last)
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
