"""Currencies and time zones by name, in the active language."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import available_timezones

from babel.core import get_global
from babel.dates import get_timezone_location
from babel.numbers import get_currency_name, get_territory_currencies
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["currency_choices", "server_time_zone", "time_zone_choices"]

Group: TypeAlias = "tuple[StrOrPromise, list[tuple[str, StrOrPromise]]]"
_AREAS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


def time_zone_choices() -> list[Group]:
    """Every place of the time zone database under its part of the world, and universal time first."""
    return _time_zones(_locale())


def currency_choices() -> list[tuple[str, StrOrPromise]]:
    """Every currency in use today, by name; open first."""
    return [("", _("Set by the first import")), *_currencies(_locale())]


def server_time_zone() -> str:
    """The zone of the machine that serves, as a first guess; universal time when it does not say."""
    named = os.environ.get("TZ", "")
    linked = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    return next((name for name in (named, linked) if name in available_timezones()), "UTC")


@cache
def _time_zones(locale: str) -> list[Group]:
    places = [name for name in available_timezones() if name.partition("/")[0] in _AREAS and "/" in name]
    cities = {name: get_timezone_location(name, locale=locale, return_city=True) for name in places}
    groups: list[Group] = [(_("Everywhere"), [("UTC", _("Universal time (UTC)"))])]
    for area, label in _AREAS.items():
        inside = [name for name in places if name.startswith(f"{area}/")]
        groups.append((label, [(name, cities[name]) for name in sorted(inside, key=lambda name: cities[name])]))
    return groups


@cache
def _currencies(locale: str) -> list[tuple[str, str]]:
    today = datetime.now(UTC).date()
    territories = get_global("territory_currencies")
    codes = {code for territory in territories for code in get_territory_currencies(territory, today, tender=True)}
    named = [(code, f"{get_currency_name(code, locale=locale)} ({code})") for code in codes]
    return sorted(named, key=lambda pair: pair[1])


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")
