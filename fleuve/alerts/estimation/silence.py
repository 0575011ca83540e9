"""Who has been silent for longer than their own rhythm explains, now and not long ago."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from fleuve_analytics.churn import FittedRhythm, SilenceAlerts, silence_alert

from fleuve.alerts.estimation.classes import CLASSES, class_of
from fleuve.alerts.estimation.findings import Finding
from fleuve.alerts.estimation.promise import LEAST_GAPS
from fleuve.alerts.estimation.visits import Visits, date_of
from fleuve.alerts.rules import EXPIRES_AFTER_DAYS, FRESH_DAYS, SEASON_DAYS

__all__ = ["silences"]

_YEAR_DAYS = 365


def silences(fitted: FittedRhythm, visits: Visits, nominal: Sequence[float]) -> tuple[list[Finding], int]:
    """The alerts on silence, and how many were held back because the same weeks a year before were silent too."""
    able = visits.some(np.flatnonzero(visits.count > LEAST_GAPS))
    if not len(able):
        return [], 0
    place = class_of(able.gap_table())
    findings: list[Finding] = []
    held_back = 0
    for one in np.unique(place).tolist():
        found, seasonal = _of_class(fitted, able.some(np.flatnonzero(place == one)), nominal[one], CLASSES[one])
        findings += found
        held_back += seasonal
    return findings, held_back


def _of_class(fitted: FittedRhythm, able: Visits, nominal: float, name: str) -> tuple[list[Finding], int]:
    table = able.gap_table()
    found = silence_alert(fitted, table, per_year=nominal, least=LEAST_GAPS)
    overdue = table.silence - found.fires_at
    is_told = found.is_alarm & (overdue <= EXPIRES_AFTER_DAYS)
    is_season = is_told & quiet_last_year(able)
    rows = np.flatnonzero(is_told & ~is_season)
    return list(_findings(able, rows, found, name)), int((is_season & (overdue <= FRESH_DAYS)).sum())


def quiet_last_year(visits: Visits) -> npt.NDArray[np.bool_]:
    """Whether each customer bought nothing in the same weeks a year before, though they were one already."""
    begun = visits.last_day - SEASON_DAYS
    was_there = visits.day[visits.first] <= begun
    until = np.full(len(visits), visits.as_of - SEASON_DAYS, dtype=np.int64)
    return np.asarray(was_there & ~visits.bought_between(begun, until), dtype=np.bool_)


def _findings(able: Visits, rows: npt.NDArray[np.intp], found: SilenceAlerts, name: str) -> Iterator[Finding]:
    chosen = able.some(rows)
    last = chosen.last_day
    money = chosen.money_between(last - _YEAR_DAYS, last)
    gaps = chosen.count - 1
    usual = (last - chosen.day[chosen.first]) / gaps
    for place, row in enumerate(rows.tolist()):
        facts = {
            "usual_gap": round(float(usual[place]), 1),
            "gaps": int(gaps[place]),
            "silence": int(able.as_of - last[place]),
            "fires_at": round(float(found.fires_at[row]), 1),
            "chance": float(f"{found.chance[row]:.3g}"),
            "level": float(f"{found.level[row]:.3g}"),
            "rhythm": name,
        }
        is_news = able.as_of - last[place] - found.fires_at[row] <= FRESH_DAYS
        stake = max(0, int(money[place]))
        yield Finding(
            int(chosen.party[place]), "silence", date_of(int(last[place])), facts, stake, is_news=bool(is_news)
        )
