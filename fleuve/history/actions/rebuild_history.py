"""Bring the derived folder up to date: export what changed, derive everything, swap."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from fleuve.events import record
from fleuve.history.actions.clean_generations import clean_generations
from fleuve.history.derivation import derive
from fleuve.history.dimensions import fingerprint, read_dimensions
from fleuve.history.errors import HistoryMoved
from fleuve.history.export import Reader, export_month, snapshot
from fleuve.history.facts import read_facts
from fleuve.history.models import DirtyMonth, Generation
from fleuve.history.store import base_files, base_folder, derived_folder, fresh_name, is_complete
from fleuve.jobs import JobContext
from fleuve.kernel.principal import Principal, require
from fleuve.touchpoints.models import Purchase

__all__ = ["Rebuilt", "rebuild_history"]


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did; ``changed`` is False when everything was up to date already."""

    generation: int
    lines: int
    exported_months: tuple[int, ...]
    seconds_export: float
    seconds_derive: float
    changed: bool


@dataclass(frozen=True)
class _Plan:
    """What to do, decided before anything is read: marks seen, months to export, months to keep as they are."""

    current: Generation | None
    marks: tuple[int, ...]
    export: tuple[int, ...]
    keep: dict[str, dict[str, object]]
    fingerprint: str

    @property
    def is_idle(self) -> bool:
        return (
            self.current is not None
            and not self.export
            and not self.marks
            and self.keep == self.current.months
            and self.current.fingerprint == self.fingerprint
            and is_complete(self.current)
        )


def rebuild_history(*, by: Principal, at: datetime, context: JobContext | None = None) -> Rebuilt:
    """Export the dirty months, derive all tables anew and make them the current generation in one commit.

    Needs no state of its own: with the folder lost, every month is exported. Raises ``HistoryMoved`` when another
    rebuild committed first, having changed nothing.
    """
    require(by, "configure")
    plan = _plan()
    if plan.is_idle and plan.current is not None:
        return Rebuilt(plan.current.number, plan.current.facts["lines"], (), 0.0, 0.0, False)
    started = time.monotonic()
    with snapshot() as reader:
        months = plan.keep | dict(_export(reader, plan, context))
        dimensions = read_dimensions(reader)
    exported = time.monotonic()
    _tell(context, gettext_noop("Working out what counts"), 0, 1)
    folder = fresh_name(f"derived-{plan.current.number + 1 if plan.current else 1}")
    derive([str(part["file"]) for part in months.values()], dimensions, derived_folder(folder))
    generation = Generation(
        number=plan.current.number + 1 if plan.current else 1,
        folder=folder,
        months=months,
        fingerprint=plan.fingerprint,
        facts=read_facts(derived_folder(folder)),
        made_at=at,
    )
    _swap(generation, plan, by=by, at=at, context=context)
    clean_generations(by=by, at=at)
    return Rebuilt(
        generation.number,
        generation.facts["lines"],
        plan.export,
        exported - started,
        time.monotonic() - exported,
        True,
    )


def _plan() -> _Plan:
    # Marks first: one that arrives after this line stays for the next rebuild, even if its rows are read by this one.
    marks = tuple(DirtyMonth.objects.values_list("id", "month"))
    current = Generation.objects.order_by("-number").first()
    known = current.months if current else {}
    # A walk along one index: cheaper than trusting that every month was marked.
    present = set(Purchase.objects.values_list("local_month", flat=True).distinct())
    valid = present - {month for _id, month in marks}
    keep = {
        month: part
        for month, part in known.items()
        if int(month) in valid and all(file.is_file() for file in base_files(part["file"]))
    }
    export = tuple(sorted(month for month in present if str(month) not in keep))
    return _Plan(current, tuple(mark for mark, _month in marks), export, keep, fingerprint())


def _export(reader: Reader, plan: _Plan, context: JobContext | None) -> Iterator[tuple[str, dict[str, object]]]:
    base_folder().mkdir(parents=True, exist_ok=True)
    for done, month in enumerate(plan.export):
        _tell(context, gettext_noop("Reading purchases by month"), done, len(plan.export))
        name = fresh_name(str(month))
        count = export_month(reader, month, *base_files(name))
        yield str(month), {"file": name, "lines": count}


def _swap(generation: Generation, plan: _Plan, *, by: Principal, at: datetime, context: JobContext | None) -> None:
    with _transaction(context):
        Generation.objects.filter(superseded_at__isnull=True).update(superseded_at=at)
        try:
            generation.save(force_insert=True)
        except IntegrityError as error:
            raise HistoryMoved(_("History was rebuilt by somebody else at the same moment. Try again.")) from error
        DirtyMonth.objects.filter(id__in=plan.marks).delete()
        record(
            "history.rebuilt",
            by=by,
            at=at,
            subject=("history", generation.number),
            data={"months": list(plan.export), "lines": generation.facts["lines"]},
        )


@contextmanager
def _transaction(context: JobContext | None) -> Iterator[None]:
    with context.transaction() if context else transaction.atomic():
        yield


def _tell(context: JobContext | None, step: str, done: int, total: int) -> None:
    if context:
        context.progress(step=step, done=done, total=total)
