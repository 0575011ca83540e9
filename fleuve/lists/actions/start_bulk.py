"""Start a bulk edit, or its undoing: fix whom it is about, and have it done."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.events import record
from fleuve.jobs import enqueue
from fleuve.jobs.queries import job_state
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import Principal, may, require
from fleuve.lists.bulk.edits import BulkEdit, check_edit
from fleuve.lists.bulk.frozen import forget_frozen, freeze
from fleuve.lists.bulk.selection import chosen_ids
from fleuve.lists.errors import BulkRefused
from fleuve.lists.models import BulkRun

__all__ = ["may_start_undo", "start_bulk", "start_bulk_undo"]

# Up to here it takes seconds and goes before imports and valuations; beyond, no small job waits for it.
_QUICK: Final = 2_500


def start_bulk(*, run: BulkRun, by: Principal, at: datetime) -> int:
    """Fix the customers as they are now and queue the work; answers the job. Only its maker starts a run."""
    require(by, "bulk")
    if run.user_id != by.user_id or run.by_id != by.id:
        raise PermissionRefused(_("This bulk edit is somebody else's: prepare one of your own."))
    edit = BulkEdit.from_json(run.edit)
    check_edit(edit, by)
    ids = chosen_ids(run, by, at)
    if not ids:
        raise BulkRefused(_("Nobody is left to change. Choose the customers again."), code="bulk_nobody")
    with transaction.atomic():
        waiting = BulkRun.objects.filter(pk=run.pk, state=BulkRun.State.PREVIEW)
        if not waiting.update(state=BulkRun.State.RUNNING, parties=len(ids), started_at=at):
            raise _moved_on()
        # Written under the row's lock: of two who press the button at once, one writes the file.
        freeze(run.pk, ids)
        record(
            "lists.bulk_started",
            by=by,
            at=at,
            subject=("bulk_run", run.pk),
            data={"deed": edit.deed, "field": edit.attribute_key, "customers": len(ids)},
        )
        job_id = enqueue("lists.bulk", by=by, unique_key=f"lists.bulk:{run.pk}", queue=_queue(len(ids)), run_id=run.pk)
        BulkRun.objects.filter(pk=run.pk).update(job_id=job_id)
    run.refresh_from_db()
    return job_id


def may_start_undo(run: BulkRun, principal: Principal) -> bool:
    """Whether the principal may take the run back: its maker, or whoever changes everybody's customers.

    It may be done, or given up midway by a job that ended.
    """
    is_own = run.user_id == principal.user_id and run.by_id == principal.id
    if not may(principal, "bulk") or not (is_own or principal.write_reach == "all"):
        return False
    if run.state not in (BulkRun.State.RUNNING, BulkRun.State.UNDOING):
        return run.state == BulkRun.State.DONE
    job = job_state(run.job_id) if run.job_id else None
    return job is None or not job.is_live


def start_bulk_undo(*, run: BulkRun, by: Principal, at: datetime) -> int:
    """Queue the taking back of what a run wrote; answers the job.

    It is about what the run did, not about whose the customers are today: giving customers to another team would
    otherwise be the one edit that cannot be undone.
    """
    require(by, "bulk")
    if not may_start_undo(run, by):
        raise _moved_on()
    with transaction.atomic():
        there = BulkRun.objects.filter(pk=run.pk, state=run.state)
        if not there.update(state=BulkRun.State.UNDOING):
            raise _moved_on()
        job_id = enqueue(
            "lists.bulk_undo", by=by, unique_key=f"lists.bulk_undo:{run.pk}", queue=_queue(run.parties),
            run_id=run.pk,
        )  # fmt: skip
        BulkRun.objects.filter(pk=run.pk).update(job_id=job_id)
    forget_frozen(run.pk)
    run.refresh_from_db()
    return job_id


def _queue(customers: int) -> str:
    return "quick" if customers <= _QUICK else "heavy"


def _moved_on() -> BulkRefused:
    return BulkRefused(_("This bulk edit has moved on meanwhile. Look at where it stands now."), code="bulk_state")
