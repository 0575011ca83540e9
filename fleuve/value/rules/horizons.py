"""How far ahead a valuation may look: at most as far as the history can check (docs/models/valuation.md, "Horizon")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

__all__ = [
    "DAYS_PER_MONTH",
    "LEAST_MONTHS",
    "LEAST_REPEAT_BUYERS",
    "MOST_MONTHS",
    "Horizon",
    "Need",
    "horizon_of",
    "needs_of",
]

DAYS_PER_MONTH: Final = 365.25 / 12
MOST_MONTHS: Final = 12
# Six months leave three to learn from and three to be judged on: less cannot tell a pause from a departure.
LEAST_MONTHS: Final = 6
# With fifty customers judged, the share of ranges that held is known to ± 6 points: the least that may be called known.
LEAST_REPEAT_BUYERS: Final = 50


@dataclass(frozen=True)
class Horizon:
    """The months ahead, in days, and the day that splits the history into a part to learn from and a part to judge."""

    months: int
    days: int
    cut: date


@dataclass(frozen=True)
class Need:
    """One thing of which the history has too little: ``code`` is ``months`` or ``repeat_buyers``."""

    code: str
    needed: int
    have: int


def days_of(months: int) -> int:
    """Days in that many average months."""
    return round(months * DAYS_PER_MONTH)


def horizon_of(first_day: date, last_day: date) -> Horizon | None:
    """The longest whole number of months, up to twelve, that fits twice in the history; nothing below three."""
    span = (last_day - first_day).days
    fitting = [months for months in range(1, MOST_MONTHS + 1) if 2 * days_of(months) <= span]
    if not fitting or fitting[-1] < LEAST_MONTHS // 2:
        return None
    days = days_of(fitting[-1])
    return Horizon(fitting[-1], days, last_day - timedelta(days=days))


def needs_of(first_day: date | None, last_day: date | None, repeat_buyers_at_cut: int) -> list[Need]:
    """What is missing before a valuation may be made; empty when nothing is."""
    span = (last_day - first_day).days if first_day and last_day else 0
    needs = []
    if first_day is None or last_day is None or horizon_of(first_day, last_day) is None:
        needs.append(Need("months", LEAST_MONTHS, int(span / DAYS_PER_MONTH)))
    if repeat_buyers_at_cut < LEAST_REPEAT_BUYERS:
        needs.append(Need("repeat_buyers", LEAST_REPEAT_BUYERS, repeat_buyers_at_cut))
    return needs
