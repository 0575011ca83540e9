"""Ask for an import to be undone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.imports.errors import WrongState
from fleuve.imports.models import Import
from fleuve.imports.wording import sentence
from fleuve.jobs import enqueue
from fleuve.kernel.principal import Principal, require

__all__ = ["start_undo"]


def start_undo(*, row: Import, by: Principal, at: datetime) -> int:
    """The job that takes a finished import back."""
    require(by, "import")
    with transaction.atomic():
        done = Import.objects.filter(pk=row.pk, state=Import.State.IMPORTED)
        if not done.update(state=Import.State.UNDOING):
            raise WrongState(sentence("import_state"), state=row.state)
        job_id = enqueue("imports.undo", by=by, unique_key=f"imports.undo:{row.pk}", import_id=row.pk)
        Import.objects.filter(pk=row.pk).update(job_id=job_id)
    row.refresh_from_db()
    return job_id
