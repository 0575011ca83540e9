"""Do a bulk edit, and undo one: a few hundred customers a transaction, resumed where a killed worker stopped."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from fleuve.accounts.queries import organisation
from fleuve.changes.actions import Conflict, undo_some
from fleuve.changes.rules import Origin
from fleuve.events import record
from fleuve.jobs import JobContext
from fleuve.kernel.ids import new_ids
from fleuve.lists.bulk.edits import BulkEdit, check_edit, typed_value
from fleuve.lists.bulk.frozen import forget_frozen, some_frozen
from fleuve.lists.models import BulkConflict, BulkRun
from fleuve.parties.actions import change_customers, remove_customers, restore_customers, tag_customers
from fleuve.parties.changing.edits import Edit, Target
from fleuve.parties.changing.reach import beyond
from fleuve.parties.models import PartyCard, Removal
from fleuve.parties.writers import WRITERS

__all__ = ["run_bulk", "undo_bulk"]

CHUNK: Final = 250
_PAUSE_SECONDS: Final = 0.03  # a page that waits to save gets its turn


@dataclass
class _Counts:
    """How far a run is; the checkpoint."""

    done: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


def run_bulk(*, context: JobContext, run_id: int) -> dict[str, Any] | None:
    """Change everyone whom the run fixed at its start. Rights are those that its maker has while it runs."""
    run = BulkRun.objects.get(pk=run_id)
    if run.state != BulkRun.State.RUNNING:
        return None
    edit = BulkEdit.from_json(run.edit)
    target = check_edit(edit, context.by)
    counts = _Counts(**context.checkpoint) if context.checkpoint else _Counts()
    while counts.done < run.parties:
        context.progress(step=gettext_noop("Changing customers"), done=counts.done, total=run.parties)
        ids = some_frozen(run.pk, counts.done, CHUNK)
        with context.transaction():
            _change(run, edit, target, ids, context, counts)
            counts.done += len(ids)
            context.save_checkpoint(asdict(counts))
        time.sleep(_PAUSE_SECONDS)
    return _finish(context, run, counts)


def _change(
    run: BulkRun,
    edit: BulkEdit,
    target: Target | None,
    ids: Sequence[int],
    context: JobContext,
    counts: _Counts,
) -> None:
    by, at, origin = context.by, context.now(), Origin("bulk", run.pk)
    refused = beyond(ids, by)
    within = [party for party in ids if party not in refused]
    match edit.deed:
        case "trash":
            changed = remove_customers(party_ids=within, reason=_trash_reason(run), by=by, at=at) if within else 0
        case "tags":
            tagged = tag_customers(party_ids=within, add=edit.add, remove=edit.remove, origin=origin, by=by, at=at)
            changed = len(tagged.parties)
        case _:
            assert target is not None
            value = typed_value(edit, target)
            edits = [Edit(party, target.key, value) for party in within]
            changed = len(change_customers(edits=edits, origin=origin, by=by, at=at).parties)
    counts.changed += changed
    counts.refused += len(refused)
    counts.unchanged += len(within) - changed


def _trash_reason(run: BulkRun) -> str:
    """What the trash says of customers whom this run put there; undoing finds them again by its end."""
    with translation.override(organisation().language):
        return f"{_('Bulk edit')} {_mark(run)}"


def _mark(run: BulkRun) -> str:
    return f"#{run.pk}"


def _finish(context: JobContext, run: BulkRun, counts: _Counts) -> dict[str, Any]:
    told = {"changed": counts.changed, "unchanged": counts.unchanged, "refused": counts.refused}
    now = context.now()
    with context.transaction():
        BulkRun.objects.filter(pk=run.pk).update(state=BulkRun.State.DONE, finished_at=now, **told)
        record("lists.bulk_finished", by=context.by, at=now, subject=("bulk_run", run.pk), data=told)
        context.finish(told)
    forget_frozen(run.pk)
    return told


def undo_bulk(*, context: JobContext, run_id: int) -> dict[str, Any] | None:
    """Take back what the run wrote. What somebody wrote since stays and is listed."""
    run = BulkRun.objects.get(pk=run_id)
    if run.state != BulkRun.State.UNDOING:
        return None
    done, is_left = int(context.checkpoint.get("done", 0)), True
    undo = _out_of_trash if run.edit.get("deed") == "trash" else _take_back
    while is_left:
        context.progress(step=gettext_noop("Restoring earlier values"), done=done, total=run.parties)
        with context.transaction():
            handled = undo(run, context)
            done, is_left = done + handled, handled > 0
            context.save_checkpoint({"done": done})
        time.sleep(_PAUSE_SECONDS)
    return _finish_undo(context, run)


def _take_back(run: BulkRun, context: JobContext) -> int:
    some = undo_some(Origin("bulk", run.pk), CHUNK, WRITERS, by=context.by, at=context.now())
    _keep_conflicts(run, some.conflicts)
    BulkRun.objects.filter(pk=run.pk).update(restored=F("restored") + some.written)
    return some.undone


def _out_of_trash(run: BulkRun, context: JobContext) -> int:
    """Some of those whom the run put there and nobody took out since; what was purged is gone for good."""
    there = Removal.objects.filter(until_at=None, reason__endswith=_mark(run))
    mine = PartyCard.objects.in_trash(context.by).values("pk")
    ids = list(there.filter(party__in=mine).values_list("party_id", flat=True)[:CHUNK])
    if ids:
        restore_customers(party_ids=ids, by=context.by, at=context.now())
        BulkRun.objects.filter(pk=run.pk).update(restored=F("restored") + len(ids))
    return len(ids)


def _keep_conflicts(run: BulkRun, conflicts: Sequence[Conflict]) -> None:
    rows = [
        BulkConflict(
            id=row_id, run_id=run.pk, party_id=one.party_id, subject_kind=one.subject_kind, subject_id=one.subject_id,
            field=one.field, before=one.before, found=one.found, found_by_label=one.found_by_label[:120],
            found_at=one.found_at,
        )
        for row_id, one in zip(new_ids(len(conflicts)), conflicts, strict=True)
    ]  # fmt: skip
    BulkConflict.objects.bulk_create(rows, ignore_conflicts=True)


def _finish_undo(context: JobContext, run: BulkRun) -> dict[str, Any]:
    run.refresh_from_db()
    told = {"restored": run.restored, "kept": BulkConflict.objects.filter(run=run).count()}
    now = context.now()
    with context.transaction():
        BulkRun.objects.filter(pk=run.pk).update(
            state=BulkRun.State.UNDONE, kept=told["kept"], undone_at=now, undone_by_label=context.by.label[:120]
        )
        record("lists.bulk_undone", by=context.by, at=now, subject=("bulk_run", run.pk), data=told)
        context.finish(told)
    return told
