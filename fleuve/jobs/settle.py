"""How a claim ends: the last write of a worker on its job, always behind the fence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from fleuve.jobs.hearing import JobFact, tell
from fleuve.jobs.lease import Lease
from fleuve.jobs.models import Job

__all__ = ["bury", "cancel", "ending", "release", "run_again_if_asked", "succeed", "try_again"]


def ending(at: datetime, state: str) -> dict[str, Any]:
    """The columns of a job that has ended in ``state``."""
    return {"state": state, "finished_at": at, "due_at": at, "worker": ""}


def succeed(lease: Lease, *, result: Mapping[str, object] | None, at: datetime) -> None:
    """The job is done. Most often one statement: only a job that was asked for again needs a transaction."""
    columns = {
        **ending(at, Job.State.SUCCEEDED),
        "result": None if result is None else dict(result),
        "error": "",
        "error_code": "",
        "error_reference": "",
        **lease.progress_columns(),
    }
    if lease.row.filter(runs_again=False).update(**columns):
        return
    with transaction.atomic():
        lease.fence(**columns)
        run_again_if_asked(lease.job_id, at)


def cancel(lease: Lease, *, at: datetime) -> None:
    """The job heard that it was cancelled and stopped. (The fact was told when a person asked.)"""
    with transaction.atomic():
        lease.fence(**ending(at, Job.State.CANCELLED), **lease.progress_columns())
        run_again_if_asked(lease.job_id, at)


def bury(lease: Lease, job: Job, *, error: Mapping[str, str], at: datetime) -> None:
    """The job failed for good: it stays as a dead letter until a person retries it."""
    with transaction.atomic():
        lease.fence(**ending(at, Job.State.FAILED), **error, **lease.progress_columns())
        tell(JobFact("job_failed", job.pk, job.name, job.by, at))
        run_again_if_asked(lease.job_id, at)


def try_again(lease: Lease, *, error: Mapping[str, str], due_at: datetime) -> None:
    """Back to the queue until ``due_at``, with the error for whoever looks meanwhile."""
    lease.fence(state=Job.State.QUEUED, worker="", due_at=due_at, **error, **lease.progress_columns())


def release(lease: Lease, job: Job, *, at: datetime) -> None:
    """Back to the queue at once, the attempt given back: the worker stops through no fault of the job."""
    lease.fence(
        state=Job.State.QUEUED,
        worker="",
        due_at=at - timedelta(microseconds=1),
        attempts_left=job.attempts_left + 1,
        **lease.progress_columns(),
    )


def run_again_if_asked(job_id: int, at: datetime) -> None:
    """Queue the successor of a job that was asked for again while it ran. Inside the transaction that ends it."""
    job = Job.objects.filter(pk=job_id, runs_again=True).first()
    if job is None:
        return
    # The name may be gone from the code since; the successor is a copy, so nothing is looked up.
    Job(
        name=job.name,
        queue=job.queue,
        payload=job.payload,
        unique_key=job.unique_key,
        **job.by.as_columns(),
        request_id=job.request_id,
        due_at=at,
        enqueued_at=at,
        attempts_left=job.attempts_left + job.attempt,
    ).save(force_insert=True)
