"""Calendar periods: months, weeks and the like, counted and compared."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import IntArray

__all__ = ["Period", "every_period", "is_complete", "period_of", "periods_between"]

Period = Literal["day", "week", "month", "quarter", "year"]

# Length in days, or in months.
_DAYS: dict[str, int] = {"day": 1, "week": 7}
_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}
# 5 January 1970 was a Monday: weeks start on Mondays, as in ISO 8601.
_MONDAY = 4


def period_of(days: Any, period: Period) -> IntArray:
    """Number of the period in which a day lies, growing by one from each period to the next."""
    moments = np.asarray(days, dtype="datetime64[D]")
    if period in _MONTHS:
        return np.asarray(moments.astype("datetime64[M]").astype(np.int64) // _MONTHS[period])
    if period in _DAYS:
        shift = _MONDAY if period == "week" else 0
        return np.asarray((moments.astype(np.int64) - shift) // _DAYS[period])
    known = ", ".join((*_DAYS, *_MONTHS))
    raise InvalidSetting(f"A period is one of {known}, not {period!r}.", code="period")


def periods_between(first: Any, last: Any, period: Period) -> IntArray:
    """How many periods later `last` lies than `first`: 0 in the same one."""
    return period_of(last, period) - period_of(first, period)


def every_period(first: Any, last: Any, period: Period) -> npt.NDArray[np.datetime64]:
    """First days of the periods from that of `first` to that of `last`."""
    return _start(np.arange(int(period_of(first, period)), int(period_of(last, period)) + 1), period)


def is_complete(last: date, period: Period) -> bool:
    """Whether a period ends on this day."""
    return int(periods_between(last, last + timedelta(days=1), period)) == 1


def _start(number: IntArray, period: Period) -> npt.NDArray[np.datetime64]:
    if period in _MONTHS:
        return (number * _MONTHS[period]).astype("datetime64[M]").astype("datetime64[D]")
    shift = _MONDAY if period == "week" else 0
    return (number * _DAYS[period] + shift).astype("datetime64[D]")
