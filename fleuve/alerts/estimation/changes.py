"""Whose rhythm or basket has changed, and on which day that was noticed.

After a change was noticed the old rhythm is no longer theirs: the customer's history is cut there and watched anew, so
that a change of years ago is neither told again nor in the way of the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from fleuve_analytics.churn import (
    ChangeAlerts,
    FittedBaskets,
    FittedRhythm,
    GapTable,
    Runs,
    basket_change,
    rhythm_change,
)

from fleuve.alerts.estimation.findings import Finding
from fleuve.alerts.estimation.visits import IntArray, Visits, date_of
from fleuve.alerts.rules import EXPIRES_AFTER_DAYS, FRESH_DAYS

__all__ = ["basket_changes", "rhythm_changes"]

_YEAR_DAYS = 365
# Six purchase days make the five gaps that a change is compared with.
_LEAST_DAYS = 6


@dataclass(frozen=True)
class _Watch:
    """One kind of change: how it is looked for, in which figures, and how many days a figure stands for."""

    kind: Literal["rhythm", "basket"]
    look: Callable[[GapTable], ChangeAlerts]
    runs: Callable[[GapTable], Runs]
    days_of_figure: int  # a gap ends a purchase day later than the figure of the same place


def rhythm_changes(fitted: FittedRhythm, visits: Visits, per_year: float) -> list[Finding]:
    """Gaps that have become twice as long, or half."""

    def look(table: GapTable) -> ChangeAlerts:
        return rhythm_change(fitted, table, per_year=per_year)

    return list(_changes(_Watch("rhythm", look, lambda table: table.gaps, 1), visits))


def basket_changes(fitted: FittedBaskets, visits: Visits, per_year: float) -> list[Finding]:
    """Purchase days of two fifths less, or two thirds more."""

    def look(table: GapTable) -> ChangeAlerts:
        return basket_change(fitted, table, per_year=per_year)

    return list(_changes(_Watch("basket", look, lambda table: table.spends, 0), visits))


def _changes(watch: _Watch, visits: Visits) -> Iterator[Finding]:
    """The latest alarm of each customer, as long as it is told."""
    latest: dict[int, Finding] = {}
    rest = visits.some(np.flatnonzero(visits.count >= _LEAST_DAYS))
    while len(rest):
        table = rest.gap_table()
        first = watch.look(table).first_alarm(watch.runs(table))
        rows = np.flatnonzero(first >= 0)
        if not rows.size:
            break
        alarmed = rest.first[rows] + first[rows] + watch.days_of_figure  # the day on which it was noticed
        for finding in _found(watch, rest, rows, alarmed):
            latest[finding.party] = finding
        rest = rest.between(rows, alarmed, rest.end[rows])
        rest = rest.some(np.flatnonzero(rest.count >= _LEAST_DAYS))
    told, news = (date_of(visits.as_of - days) for days in (EXPIRES_AFTER_DAYS, FRESH_DAYS))
    found = (finding for _party, finding in sorted(latest.items()) if finding.since >= told)
    return (replace(finding, is_news=finding.since >= news) for finding in found)


def _found(watch: _Watch, rest: Visits, rows: npt.NDArray[np.intp], alarmed: IntArray) -> Iterator[Finding]:
    """The alarms with what was known on their day."""
    then = rest.between(rows, rest.first[rows], alarmed + 1)
    table = then.gap_table()
    said = watch.look(table)
    last = then.last_day
    money = then.money_between(last - _YEAR_DAYS, last)
    figures = watch.runs(table)
    for place in range(len(then)):
        own = figures.value[figures.start[place] : figures.start[place + 1]]
        since, factor = int(said.since[place]), float(said.factor[place])
        facts = {
            "factor": factor,
            "since": since,
            "before": round(float(own[:-since].mean()), 1),
            "after": round(float(own[-since:].mean()), 1),
            "began_on": date_of(int(then.day[then.end[place] - 1 - since])).isoformat(),
            "evidence": float(f"{said.evidence[place]:.3g}"),
        }
        yield Finding(
            int(then.party[place]), watch.kind, date_of(int(last[place])), facts, _at_stake(watch, factor, money[place])
        )


def _at_stake(watch: _Watch, factor: float, money: int) -> int:
    """What a year would bring less if it stayed so; nothing when it would bring more."""
    kept = 1 / factor if watch.kind == "rhythm" else factor
    return max(0, round(int(money) * (1 - kept)))
