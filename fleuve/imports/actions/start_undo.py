"""Ask for an import to be undone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.imports.errors import WrongState
from fleuve.imports.models import Import
from fleuve.imports.wording import sentence
from fleuve.jobs import enqueue
from fleuve.jobs.queries import job_state
from fleuve.kernel.principal import Principal, require

__all__ = ["may_be_undone", "start_undo"]


def may_be_undone(row: Import) -> bool:
    """A finished import, or one whose job gave up midway."""
    if row.state != Import.State.RUNNING:
        return row.state == Import.State.IMPORTED
    job = job_state(row.job_id) if row.job_id else None
    return job is None or not job.is_live


def start_undo(*, row: Import, by: Principal, at: datetime) -> int:
    """The job that takes an import back."""
    require(by, "import")
    with transaction.atomic():
        there = Import.objects.filter(pk=row.pk, state=row.state)
        if not may_be_undone(row) or not there.update(state=Import.State.UNDOING):
            raise WrongState(sentence("import_state"), state=row.state)
        job_id = enqueue("imports.undo", by=by, unique_key=f"imports.undo:{row.pk}", import_id=row.pk)
        Import.objects.filter(pk=row.pk).update(job_id=job_id)
    row.refresh_from_db()
    return job_id
