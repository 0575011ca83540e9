"""Every rhythm judged: the crowd learned, the promise set and measured, alarms found slice by slice."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from fleuve_analytics.churn import BasketModel, FittedBaskets, FittedRhythm, RhythmModel
from fleuve_analytics.errors import AnalyticsError

from fleuve.alerts.estimation.changes import basket_changes, rhythm_changes
from fleuve.alerts.estimation.findings import Finding
from fleuve.alerts.estimation.promise import LEAST_GAPS, Promise, keep_promise
from fleuve.alerts.estimation.silence import silences
from fleuve.alerts.estimation.visits import Visits

__all__ = ["Judged", "judge_rhythms"]

# A slice of so many customers takes some hundred megabytes while it is judged.
_AT_ONCE: Final = 50_000
_MOST_LEARNED_FROM: Final = 10_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Judged:
    """What was found, on what promise. ``promise`` is nothing where no past gap could be judged: then nobody alarms."""

    findings: tuple[Finding, ...] = ()
    promise: Promise | None = None
    rhythm: FittedRhythm | None = None
    baskets: FittedBaskets | None = None
    customers: int = 0
    watched: int = 0
    held_back: int = 0
    needs: tuple[str, ...] = ()

    @property
    def crowd(self) -> dict[str, Any]:
        """The rhythms of the house, as they are kept."""
        kept: dict[str, Any] = json.loads(self.rhythm.to_json()) if self.rhythm else {}
        return kept


def judge_rhythms(visits: Visits, per_year: float, progress: Progress = lambda _done, _of: None) -> Judged:
    """Judge everybody at ``per_year`` false alarms allowed per customer and year.

    A kind of alert for which there is too little to learn from stays silent; ``needs`` names why.
    """
    if not len(visits):
        return Judged(needs=("empty",))
    learned = visits.some(np.arange(0, len(visits), max(1, -(-len(visits) // _MOST_LEARNED_FROM))))
    try:
        rhythm = RhythmModel().fit(learned.gap_table())
        promise = keep_promise(rhythm, visits, per_year)
    except AnalyticsError as problem:
        return Judged(customers=len(visits), needs=(problem.code,))
    baskets, needs = _baskets(learned)
    findings: list[Finding] = []
    held_back = 0
    for start in range(0, len(visits), _AT_ONCE):
        progress(start, len(visits))
        some = visits.some(np.arange(start, min(start + _AT_ONCE, len(visits))))
        silent, seasonal = silences(rhythm, some, promise.nominal)
        held_back += seasonal
        findings += silent + rhythm_changes(rhythm, some, per_year)
        findings += basket_changes(baskets, some, per_year) if baskets else []
    return Judged(
        findings=tuple(findings),
        promise=promise,
        rhythm=rhythm,
        baskets=baskets,
        customers=len(visits),
        watched=int((visits.count > LEAST_GAPS).sum()),
        held_back=held_back,
        needs=needs,
    )


def _baskets(learned: Visits) -> tuple[FittedBaskets | None, tuple[str, ...]]:
    try:
        return BasketModel().fit(learned.gap_table()), ()
    except AnalyticsError as problem:
        return None, (problem.code,)
