"""Run one claimed job to one of its ends."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

import structlog
from django.db import OperationalError
from django.utils import timezone, translation

from fleuve.jobs import settle
from fleuve.jobs.context import JobContext
from fleuve.jobs.errors import JobCancelled, JobReleased, LeaseLost
from fleuve.jobs.lease import Lease
from fleuve.jobs.models import Job
from fleuve.jobs.place import place
from fleuve.jobs.registry import Kind, kind_named
from fleuve.jobs.rules import pause_before_retry
from fleuve.jobs.sentences import ABANDONED, DATABASE_AWAY, UNEXPECTED, error_sentence
from fleuve.kernel.correlation import correlate
from fleuve.kernel.errors import FleuveError

__all__ = ["run_claimed"]

_log = structlog.get_logger(__name__)
_rng: Final = Random()  # for jitter, not for secrets


def run_claimed(
    job: Job, lease: Lease, *, must_release: Callable[[], bool] = lambda: False, beats_itself: bool = True
) -> None:
    """Run the job and write its end. Raises only when the end itself cannot be written (database away)."""
    context = JobContext(job, lease, must_release=must_release, beats_itself=beats_itself)
    with (
        correlate(job.request_id) as request_id,
        structlog.contextvars.bound_contextvars(request_id=request_id, job_id=job.pk),
        translation.override(place().language),
    ):
        try:
            _run(job, lease, context)
        except LeaseLost:
            _log.warning("job lost its lease and wrote nothing more", attempt=job.attempt)


def _run(job: Job, lease: Lease, context: JobContext) -> None:
    if job.attempts_left < 0:
        settle.bury(lease, job, error=_error(ABANDONED), at=timezone.now())
        return
    try:
        context.check()
        result = _call(kind_named(job.name), job, context)
    except JobCancelled:
        settle.cancel(lease, at=timezone.now())
    except JobReleased:
        settle.release(lease, job, at=timezone.now())
    except LeaseLost:
        raise
    except FleuveError as refusal:
        # An expected refusal is the answer: trying again would find the same.
        error = {"error": str(refusal), "error_code": refusal.code, "error_reference": ""}
        settle.bury(lease, job, error=error, at=timezone.now())
    except Exception as fault:
        _after_fault(job, lease, fault)
    else:
        if not context.is_finished:
            settle.succeed(lease, result=result, at=timezone.now())


def _call(kind: Kind, job: Job, context: JobContext) -> Mapping[str, object] | None:
    if not kind.atomic:
        return kind.function(context, **job.payload)
    with context.transaction():
        result = kind.function(context, **job.payload)
        context.finish(result)
    return result


def _after_fault(job: Job, lease: Lease, fault: Exception) -> None:
    reference = secrets.token_hex(4)
    _log.error(
        "job failed unexpectedly",
        exc_info=fault,
        job=job.name,
        attempt=job.attempt,
        reference=reference,
    )
    error = _error(DATABASE_AWAY if isinstance(fault, OperationalError) else UNEXPECTED, reference)
    if job.attempts_left > 0:
        pause = pause_before_retry(job.attempt, _rng)
        settle.try_again(lease, error=error, due_at=timezone.now() + pause)
    else:
        settle.bury(lease, job, error=error, at=timezone.now())


def _error(code: str, reference: str = "") -> dict[str, str]:
    return {"error": error_sentence(code, reference), "error_code": code, "error_reference": reference}
