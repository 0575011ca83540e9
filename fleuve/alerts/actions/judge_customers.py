"""Look at everybody: raise what is unusual, refresh what still is, close what is over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_noop

from fleuve.alerts.actions.alert_cards import write_alert_cards
from fleuve.alerts.actions.run_pen import RunPen
from fleuve.alerts.errors import RunReplaced
from fleuve.alerts.estimation import (
    EarlyFound,
    Finding,
    Judged,
    Visits,
    early_customers,
    judge_rhythms,
    visits_of_history,
)
from fleuve.alerts.models import Alert, Run
from fleuve.alerts.queries.runs import chosen_rate_bp
from fleuve.alerts.rules import Comparison, Episode, KnownAlert, compare
from fleuve.changes.rows import update_rows
from fleuve.events import record
from fleuve.history import queries as history
from fleuve.history.errors import HistoryNotBuilt
from fleuve.jobs import JobContext
from fleuve.kernel.principal import Principal, require
from fleuve.parties.models import PartyCard

__all__ = ["judge_customers"]

_PER_YEAR = 10_000
_ASKED_AT_ONCE = 5_000


def judge_customers(*, by: Principal, at: datetime, context: JobContext | None = None) -> Run:
    """Judge everybody's rhythm as of the last day of the history.

    Nothing is computed when neither the history nor the chosen rate has changed. Safe to run twice at once: the later
    start wins, and the earlier one raises ``RunReplaced`` before it writes another row.
    """
    require(by, "configure")
    rate, (generation, period) = chosen_rate_bp(), _history()
    latest = Run.objects.filter(finished_at__isnull=False).order_by("-finished_at").first()
    if latest and (latest.history_generation, latest.per_year_bp) == (generation, rate):
        return latest
    as_of = period.last_day if period else at.date()
    pen = RunPen(context, _begin(rate, generation, as_of, by, at))
    visits, judged, early = _looked(pen, rate, period)
    told = _compared((*judged.findings, *early.findings), visits, pen.run.as_of)
    touched = _write(told, pen, at)
    pen.in_chunks(sorted(touched), lambda some: write_alert_cards(some, at), gettext_noop("Writing the list"))
    _finish(pen, told, judged, early, by, at)
    pen.run.refresh_from_db()
    return pen.run


def _history() -> tuple[int, history.Period | None]:
    """The generation of the history and its period; none while there is no purchase."""
    try:
        return history.generation(), history.period()
    except HistoryNotBuilt:
        return 0, None


def _begin(rate: int, generation: int, as_of: date, by: Principal, at: datetime) -> Run:
    """The new run; every other unfinished one is told to stop."""
    with transaction.atomic():
        Run.objects.filter(state=Run.State.RUNNING).update(state=Run.State.SUPERSEDED)
        return Run.objects.create(
            as_of=as_of,
            history_generation=generation,
            per_year_bp=rate,
            started_at=at,
            by_kind=by.kind,
            by_id=by.id,
            by_label=by.label,
        )


def _looked(pen: RunPen, rate: int, period: history.Period | None) -> tuple[Visits, Judged, EarlyFound]:
    pen.progress(gettext_noop("Learning everybody's rhythm"))
    if period is None:
        return Visits.of([], [], [], [], 0), Judged(needs=("empty",)), EarlyFound()
    everybody = visits_of_history(pen.run.as_of)
    aside = PartyCard.objects.filter(~Q(special="") | Q(is_removed=True)).values_list("party_id", flat=True)
    visits = everybody.some(np.flatnonzero(~np.isin(everybody.party, np.fromiter(aside, dtype=np.int64))))
    step = gettext_noop("Judging everybody's rhythm")
    judged = judge_rhythms(visits, rate / _PER_YEAR, lambda done, of: pen.progress(step, done, of))
    return visits, judged, early_customers(visits, period.first_day)


def _compared(findings: Sequence[Finding], visits: Visits, as_of: date) -> Comparison[Finding]:
    parties = visits.party
    last = visits.last_day if len(visits) else parties

    def has_bought_after(party: int, day: date) -> bool:
        place = int(np.searchsorted(parties, party))
        there = place < parties.size and parties[place] == party
        return bool(there and last[place] + date(1970, 1, 1).toordinal() > day.toordinal())

    return compare(findings, _known({finding.party for finding in findings}), has_bought_after, as_of)


def _known(found: set[int]) -> Iterator[KnownAlert]:
    """Every open alert, and the closed ones about whom something was found."""
    columns = ("pk", "party_id", "kind", "since_on", "raised_on", "is_open", "closed_why")
    opened = Alert.objects.filter(is_open=True).values_list(*columns).iterator(chunk_size=_ASKED_AT_ONCE)
    yield from (_known_alert(row) for row in opened)
    parties = sorted(found)
    for start in range(0, len(parties), _ASKED_AT_ONCE):
        closed = Alert.objects.filter(is_open=False, party_id__in=parties[start : start + _ASKED_AT_ONCE])
        yield from (_known_alert(row) for row in closed.order_by("-since_on", "-pk").values_list(*columns))


def _known_alert(row: tuple[Any, ...]) -> KnownAlert:
    number, party, kind, since, raised, is_open, why = row
    return KnownAlert(number, party, Episode(kind, since), raised, is_open, why)


def _write(told: Comparison[Finding], pen: RunPen, at: datetime) -> set[int]:
    """Write what changed; answers the parties whose list row may say something else now."""
    step, run = gettext_noop("Writing alerts"), pen.run
    touched = {finding.party for finding in told.raised} | {finding.party for _pk, finding in told.reopened}
    for why, numbers in told.closed.items():
        for start in range(0, len(numbers), _ASKED_AT_ONCE):
            some = numbers[start : start + _ASKED_AT_ONCE]
            touched.update(Alert.objects.filter(pk__in=some).values_list("party_id", flat=True))
        pen.in_chunks(numbers, lambda some, why=why: _close(some, why, run.as_of), step)  # type: ignore[misc]
    pen.in_chunks(told.raised, lambda some: _raise(some, run), step)
    pen.in_chunks(told.reopened, lambda some: _refresh(some, run, opens=True), step)
    pen.in_chunks(told.refreshed, lambda some: _refresh(some, run, opens=False), step)
    return touched


def _close(numbers: Sequence[int], why: str, day: date) -> None:
    closing = Alert.objects.filter(pk__in=numbers, is_open=True)
    closing.update(is_open=False, closed_on=day, closed_why=why, version=F("version") + 1)


def _raise(findings: Sequence[Finding], run: Run) -> None:
    Alert.objects.bulk_create(
        Alert(
            party_id=finding.party,
            kind=finding.kind,
            since_on=finding.since,
            raised_on=run.as_of,
            first_run=run,
            run=run,
            facts=finding.facts,
            at_stake=finding.at_stake,
        )
        for finding in findings
    )


def _refresh(found: Sequence[tuple[int, Finding]], run: Run, *, opens: bool) -> None:
    """The newest facts. A person's assignment, snooze and verdict stay as they are.

    Most open alerts are refreshed each night, tens of thousands in a large house: 18 µs each below the ORM, against
    583 by its one long statement (November 2026).
    """
    columns = ["run_id", "facts", "at_stake", *(("is_open", "closed_on", "closed_why") if opens else ())]
    opened = (True, None, "") if opens else ()
    rows = [(run.pk, json.dumps(finding.facts), finding.at_stake, *opened, pk) for pk, finding in found]
    update_rows(Alert, columns, rows)


def _finish(
    pen: RunPen, told: Comparison[Finding], judged: Judged, early: EarlyFound, by: Principal, at: datetime
) -> None:
    """Make the run the current one, with its events, in one transaction."""
    closed = sum(len(numbers) for numbers in told.closed.values())
    kinds = Counter(str(finding.kind) for finding in told.raised)
    counts = {"watched": judged.watched, "raised": len(told.raised), "closed": closed}
    figures = {
        "state": Run.State.JUDGED if judged.promise else Run.State.TOO_LITTLE,
        "measured": judged.promise.to_json() if judged.promise else {},
        "early": early.to_json(),
        "fitted": judged.crowd,
        "needs": list(judged.needs),
        "customers": judged.customers,
        "held_back": judged.held_back,
        "finished_at": pen.context.now() if pen.context else at,
    }
    with pen.transaction():
        running = Run.objects.filter(pk=pen.run.pk, state=Run.State.RUNNING)
        if not running.update(**figures, **counts):
            raise RunReplaced(f"Run {pen.run.pk} was replaced by a newer one.")
        record("alerts.judged", by=by, at=at, subject=("alert_run", pen.run.pk), data=counts)
        if kinds:
            record(
                "alerts.raised",
                by=by,
                at=at,
                subject=("alert_run", pen.run.pk),
                data={str(kind): many for kind, many in kinds.items()},
            )
