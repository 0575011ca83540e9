"""Put a failed or cancelled job back in its queue, with all its attempts, from its last checkpoint."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fleuve.jobs.errors import UnableToSteer, UnknownJob
from fleuve.jobs.hearing import JobFact, tell
from fleuve.jobs.models import Job
from fleuve.jobs.registry import kind_named
from fleuve.jobs.rules import may_steer
from fleuve.kernel.principal import Principal, require

__all__ = ["retry_job"]


def retry_job(job: Job, *, by: Principal, at: datetime) -> None:
    """Retry ``job``. Refused while it lives, once it succeeded, or while another job of the same key lives."""
    if not may_steer(by, job.by):
        require(by, "operate")
    try:
        attempts = kind_named(job.name).max_attempts
    except UnknownJob:
        raise UnableToSteer(_("This version of Fleuve no longer does this kind of work."), code="job_unknown") from None
    ended = Job.objects.filter(pk=job.pk, state__in=(Job.State.FAILED, Job.State.CANCELLED))
    try:
        with transaction.atomic():
            changed = ended.update(
                state=Job.State.QUEUED, due_at=at, attempts_left=attempts, cancel_asked_at=None, finished_at=None
            )
            if not changed:
                raise UnableToSteer(_("Only failed or cancelled work can be retried."), code="job_not_ended")
            tell(JobFact("job_retried", job.pk, job.name, by, at))
    except IntegrityError:
        raise UnableToSteer(_("The same work is already waiting or running."), code="job_is_live") from None
    job.refresh_from_db()
