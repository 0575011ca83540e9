"""A worker's moves, one by one, for tests that stand between them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from fleuve.jobs.claim import claim
from fleuve.jobs.context import JobContext
from fleuve.jobs.lease import Lease
from fleuve.jobs.models import Job
from fleuve.jobs.running import run_claimed

__all__ = ["LEASE", "context_of", "lapse", "run", "take", "take_or_none"]

LEASE = timedelta(seconds=30)


def take_or_none(*queues: str, now: datetime | None = None) -> Job | None:
    """Claim what is due first."""
    return claim(queues or ("quick", "heavy"), worker="test", now=now or timezone.now(), lease=LEASE)


def take(*queues: str, now: datetime | None = None) -> Job:
    """Claim what is due first; something must be."""
    job = take_or_none(*queues, now=now)
    assert job is not None, "nothing was due"
    return job


def run(job: Job, *, must_release: Callable[[], bool] = lambda: False) -> Job:
    """Run a claimed job to its end and read it again."""
    run_claimed(job, Lease(job, LEASE), must_release=must_release)
    return Job.objects.get(pk=job.pk)


def context_of(job: Job) -> JobContext:
    """What the worker would hand to the job."""
    return JobContext(job, Lease(job, LEASE), must_release=lambda: False, beats_itself=True)


def lapse(job: Job) -> None:
    """Let the lease of a running job run out."""
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now() - timedelta(seconds=1))
