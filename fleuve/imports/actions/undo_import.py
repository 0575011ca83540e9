"""Undo a whole import, a few hundred rows a transaction: restore what it overwrote, delete what it created."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import F, Model
from django.utils.translation import gettext_noop

from fleuve.events import record
from fleuve.imports.models import Conflict, Import
from fleuve.imports.revaluation import ask_for_revaluation
from fleuve.imports.undoing import (
    delete_hanging,
    delete_lines,
    delete_own_values,
    delete_products,
    delete_purchases,
    delete_records,
    delete_simple,
    months_of,
    restore_values,
)
from fleuve.imports.uploads import delete_upload
from fleuve.jobs import JobContext
from fleuve.parties.actions import refresh_cards
from fleuve.parties.models import ContactDetail, Party, Refusal, Relationship
from fleuve.touchpoints.models import Interaction

__all__ = ["undo_import"]

_LINES, _ROWS, _HANGING, _RECORDS, _VALUES = 5000, 1000, 250, 200, 250
_PAUSE_SECONDS = 0.003


def undo_import(*, context: JobContext, import_id: int) -> dict[str, Any]:
    """Take an import back. Every transaction leaves less to do, so an interrupted undo simply goes on."""
    row = Import.objects.get(pk=import_id)
    if row.state not in (Import.State.UNDOING, Import.State.CANCELLED, Import.State.FAILED):
        return {"state": row.state}
    undone = _Undone(context, import_id)
    undone.remember_months()
    undone.repeat(gettext_noop("Restoring earlier values"), undone.restore)
    undone.repeat(gettext_noop("Removing lines"), partial(delete_lines, import_id, _LINES))
    undone.repeat(gettext_noop("Removing documents"), partial(delete_purchases, import_id, _ROWS))
    undone.repeat(gettext_noop("Removing points of contact"), partial(delete_simple, Interaction, import_id, _ROWS))
    for model in (ContactDetail, Refusal, Relationship):
        undone.repeat(gettext_noop("Removing contact details"), partial(undone.hanging, model))
    undone.repeat(gettext_noop("Removing contact details"), partial(delete_own_values, import_id, _ROWS))
    undone.repeat(gettext_noop("Removing customers"), undone.records)
    return _finish(context, row, undone)


class _Undone:
    """What this attempt has done, and the loop that does it in small transactions."""

    def __init__(self, context: JobContext, import_id: int) -> None:
        self._context = context
        self._import_id = import_id
        self.kept = int(context.checkpoint.get("kept", 0))
        self.done = int(context.checkpoint.get("done", 0))
        self.months: list[int] = context.checkpoint.get("months", [])

    def remember_months(self) -> None:
        """Before anything is deleted: afterwards nobody knows which months it was about."""
        if "months" not in self._context.checkpoint:
            self.months = months_of(self._import_id)
            with self._context.transaction():
                self._save()

    def repeat(self, step: str, action: Callable[[], int]) -> None:
        """Call ``action`` in one transaction after the other until it finds nothing to do."""
        count = -1
        while count:
            self._context.progress(step=step, done=self.done)
            with self._context.transaction():
                count = action()
                self.done += count
                self._save()
            time.sleep(_PAUSE_SECONDS)

    def restore(self) -> int:
        return restore_values(self._import_id, _VALUES, by=self._context.by, at=self._context.now())

    def hanging(self, model: type[Model]) -> int:
        count, parties = delete_hanging(model, self._import_id, _HANGING)
        self._refresh(parties)
        return count

    def records(self) -> int:
        count, kept, parties = delete_records(self._import_id, _RECORDS, self._context.now())
        self.kept += kept
        self._refresh(parties)
        return count

    def _refresh(self, parties: set[int]) -> None:
        """Their list rows and their versions: a form that was opened before says so when it is saved."""
        Party.objects.filter(pk__in=parties).update(version=F("version") + 1)
        refresh_cards(party_ids=sorted(parties), at=self._context.now())

    def _save(self) -> None:
        self._context.save_checkpoint({"months": self.months, "kept": self.kept, "done": self.done})


def _finish(context: JobContext, row: Import, undone: _Undone) -> dict[str, Any]:
    conflicts = Conflict.objects.filter(of_import=row).count()
    result = {"rows": undone.done, "customers_kept": undone.kept, "conflicts": conflicts}
    now = context.now()
    with context.transaction():
        delete_products(row.pk)
        if row.state == Import.State.UNDOING:
            row.state = Import.State.UNDONE
        row.finished_at, row.conflicts_met = now, conflicts
        row.save(update_fields=["state", "finished_at", "conflicts_met"])
        subject = ("import", row.pk)
        if undone.months:
            record(
                "touchpoints.purchases_changed", by=context.by, at=now, subject=subject, data={"months": undone.months}
            )
        record("imports.import_undone", by=context.by, at=now, subject=subject, data=result)
        ask_for_revaluation(by=context.by)
        context.finish(result)
    delete_upload(row.pk)
    return result
