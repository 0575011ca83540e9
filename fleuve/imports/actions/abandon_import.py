"""Give up an import midway: its state says why, and everything it wrote is taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events import record
from fleuve.imports.actions.settle_plan import settle_failure
from fleuve.imports.models import Import
from fleuve.imports.reading import UnreadableFile
from fleuve.jobs import enqueue
from fleuve.kernel.principal import SYSTEM, Principal

__all__ = ["abandon_import"]


def abandon_import(
    *, row: Import, state: str, error: UnreadableFile | None = None, by: Principal, at: datetime
) -> bool:
    """Mark a waiting or running import as ended and queue its undoing; False when it had ended otherwise."""
    problem = None
    if error is not None:
        problem = {"code": error.code, "values": {key: str(value) for key, value in error.values.items()}}
    with transaction.atomic():
        open_ones = Import.objects.filter(pk=row.pk, state__in=[Import.State.QUEUED, Import.State.RUNNING])
        if not open_ones.update(state=state, finished_at=at, problem=problem):
            return False
        record("imports.import_cancelled", by=by, at=at, subject=("import", row.pk), data={"state": str(state)})
        job_id = enqueue("imports.undo", by=by, unique_key=f"imports.undo:{row.pk}", import_id=row.pk)
        Import.objects.filter(pk=row.pk).update(job_id=job_id)
        if row.plan_id and error is not None:
            settle_failure(plan_id=row.plan_id, code=error.code, by=SYSTEM, at=at)
    return True
