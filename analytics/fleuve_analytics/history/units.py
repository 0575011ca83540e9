"""Units of time, and the last day or hour that is looked at."""

from __future__ import annotations

from datetime import date, datetime, time

import numpy as np

from fleuve_analytics.errors import InvalidSetting

__all__ = ["DAYS", "Unit", "bound", "days_of", "is_hourly", "last_of"]

# The name of a unit, or its length in days.
Unit = str | float

DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}


def days_of(unit: Unit) -> float:
    """Length of a unit in days. Raises `InvalidSetting` for an unknown name or a length that is not above zero."""
    if isinstance(unit, str) and unit in DAYS:
        return DAYS[unit]
    if isinstance(unit, (int, float)) and not isinstance(unit, bool) and np.isfinite(unit) and unit > 0:
        return float(unit)
    raise InvalidSetting(
        f"The unit of time is one of {', '.join(DAYS)} or a number of days above zero, not {unit!r}.", code="unit"
    )


def is_hourly(unit: Unit) -> bool:
    """Whether purchases are told apart by the hour rather than by the day."""
    return unit == "hour"


def last_of(name: str, moment: date, unit: Unit) -> date:
    """The last day that is looked at, or the last hour where hours are told apart: 23:00 when only its day is given."""
    return bound(name, moment, by_hour=is_hourly(unit), hour=23)


def bound(name: str, moment: date, *, by_hour: bool, hour: int = 0) -> date:
    """A day, or the hour of a moment, as which `hour` of a day counts. Raises `InvalidSetting` for anything finer."""
    if not by_hour:
        return _day(name, moment)
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, hour)  # noqa: DTZ001 - a time as clocks show it
    if moment.tzinfo is not None:
        raise InvalidSetting(f"{name} is a time as the clocks of time_zone show it, without zone.", code=name)
    return datetime(moment.year, moment.month, moment.day, moment.hour)  # noqa: DTZ001


def _day(name: str, moment: date) -> date:
    if isinstance(moment, datetime) and moment.time() != time():
        raise InvalidSetting(f"{name} is a day; give its date, not a moment in it.", code=name)
    return date(moment.year, moment.month, moment.day)
