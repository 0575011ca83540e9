"""Ask a job to stop. A waiting one is cancelled at once, a running one at its next look at the context."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.jobs.errors import UnableToSteer
from fleuve.jobs.hearing import JobFact, tell
from fleuve.jobs.models import Job
from fleuve.jobs.rules import may_steer
from fleuve.jobs.settle import ending
from fleuve.kernel.principal import Principal, require

__all__ = ["cancel_job"]


def cancel_job(job: Job, *, by: Principal, at: datetime) -> None:
    """Cancel ``job``; asking twice changes nothing more. Whoever asked for the job may also cancel it."""
    if not may_steer(by, job.by):
        require(by, "operate")
    with transaction.atomic():
        waiting = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED)
        running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, cancel_asked_at=None)
        changed = waiting.update(**ending(at, Job.State.CANCELLED), cancel_asked_at=at)
        changed = changed or running.update(cancel_asked_at=at)
        if changed:
            tell(JobFact("job_cancelled", job.pk, job.name, by, at))
    job.refresh_from_db()
    if not changed and job.cancel_asked_at is None:
        raise UnableToSteer(_("This work has already ended, so there is nothing to cancel."), code="job_ended")
