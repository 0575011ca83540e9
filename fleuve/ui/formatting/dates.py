"""Days, months and lengths of time in the active language."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_month_names
from babel.units import format_unit
from django.utils.translation import gettext

from fleuve.ui.formatting.locale import NOTHING, active

__all__ = [
    "ago",
    "day",
    "day_month",
    "days",
    "duration",
    "moment",
    "month",
    "month_short",
    "quarter",
]

_DAY_STYLES = {"short": "short", "medium": "medium", "long": "long", "full": "full"}


@lru_cache(maxsize=8192)
def _day(on: date, style: str, locale: str) -> str:
    return format_date(on, format=_DAY_STYLES[style], locale=locale)


@lru_cache(maxsize=4096)
def _skeleton(on: date, skeleton: str, locale: str) -> str:
    return format_skeleton(skeleton, on, locale=locale)


@lru_cache(maxsize=8192)
def _time(hour: int, minute: int, locale: str) -> str:
    return format_time(time(hour, minute), format="short", locale=locale)


def day(on: date | None, style: str = "medium") -> str:
    """``9 Dec 2011`` / ``9 déc. 2011``; style short, medium, long or full."""
    if on is None:
        return NOTHING
    return _day(on.date() if isinstance(on, datetime) else on, style, active())


def day_month(on: date | None) -> str:
    """``9 June`` / ``9 juin``: a day of a year that is plain from the page."""
    return NOTHING if on is None else _skeleton(on, "MMMMd", active())


def moment(at: datetime | None, zone: tzinfo | None = None) -> str:
    """Day and time on the clock of ``zone`` (or on the moment's own)."""
    if at is None:
        return NOTHING
    local = at.astimezone(zone) if zone else at
    return gettext("%(day)s, %(time)s") % {"day": day(local), "time": _time(local.hour, local.minute, active())}


def month(yyyymm: int | None, style: str = "medium") -> str:
    """``201112`` → ``Dec 2011`` (medium) or ``December 2011`` (long)."""
    if yyyymm is None:
        return NOTHING
    return _skeleton(_first_day(yyyymm), "yMMMM" if style == "long" else "yMMM", active())


def month_short(yyyymm: int | None) -> str:
    """``201112`` → ``Dec`` / ``déc.``"""
    return NOTHING if yyyymm is None else _month_name(_first_day(yyyymm).month, active())


def _month_name(number: int, locale: str) -> str:
    return str(get_month_names("abbreviated", context="stand-alone", locale=locale)[number])


def _first_day(yyyymm: int) -> date:
    year, number = divmod(yyyymm, 100)
    return date(year, number, 1)


def quarter(year: int, number: int) -> str:
    """``Q4 2011`` / ``T4 2011``."""
    return _skeleton(date(year, 3 * number - 2, 1), "yQQQ", active())


def ago(at: datetime | date | None, now: datetime) -> str:
    """How long before ``now``: ``3 weeks ago``."""
    if at is None:
        return NOTHING
    elapsed = at - now if isinstance(at, datetime) else at - now.date()
    return format_timedelta(elapsed, add_direction=True, locale=active())


def days(count: float | None) -> str:
    """``34`` → ``34 days``; the caller's plural is the language's."""
    if count is None:
        return NOTHING
    return _days(round(count), active())


@lru_cache(maxsize=4096)
def _days(count: int, locale: str) -> str:
    return format_unit(count, "duration-day", length="long", locale=locale)


def duration(seconds: float | None) -> str:
    """A rough length of time, in its largest unit: ``150`` → ``3 minutes``."""
    if seconds is None:
        return NOTHING
    return format_timedelta(timedelta(seconds=round(seconds)), threshold=1.5, locale=active())
