"""An import whose job was cancelled while nobody was running it: nothing else would close it."""

from __future__ import annotations

from fleuve.imports.actions.abandon_import import abandon_import
from fleuve.imports.models import Import
from fleuve.jobs import JobFact
from fleuve.jobs.queries import job_state

__all__ = ["hear_job_fact"]


def hear_job_fact(fact: JobFact) -> None:
    """Close an import that waits when its job is cancelled. A running one closes itself at its next step."""
    if fact.name != "imports.run" or fact.what != "job_cancelled":
        return
    row = Import.objects.filter(job_id=fact.job_id).first()
    job = job_state(fact.job_id)
    if row is not None and job is not None and not job.is_live:
        abandon_import(row=row, state=Import.State.CANCELLED, by=fact.by, at=fact.at)
