"""What a running job holds in its hand: who asked, how to tell progress, and the only safe way to write."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import structlog
from django.db import connection, transaction
from django.utils import timezone

from fleuve.jobs.errors import JobCancelled, JobReleased, LeaseLost
from fleuve.jobs.lease import Lease, Progress
from fleuve.jobs.models import Job
from fleuve.jobs.principals import with_rights_of_today
from fleuve.jobs.settle import ending, run_again_if_asked
from fleuve.kernel.principal import Principal

__all__ = ["JobContext"]

LONGEST_TRANSACTION_SECONDS: Final = 0.25

_log = structlog.get_logger(__name__)


class JobContext:
    """Handed to every job as its first argument.

    A job writes inside ``with context.transaction():`` only. The transaction ends with the fence: when another worker
    has taken the job meanwhile, ``LeaseLost`` rolls everything back. What must not happen twice after a crash is
    written together with a checkpoint, or with the end of the job (``finish``), in one such transaction.
    """

    def __init__(self, job: Job, lease: Lease, *, must_release: Callable[[], bool], beats_itself: bool) -> None:
        self.job_id: int = job.pk
        self.attempt: int = job.attempt
        self.by: Principal = with_rights_of_today(job.by)
        self.checkpoint: dict[str, Any] = dict(job.checkpoint)
        self._lease = lease
        self._must_release = must_release
        self._beats_itself = beats_itself
        self._progress: Progress | None = None
        self._pending: dict[str, Any] | None = None
        self.is_finished = False

    def now(self) -> datetime:
        """The time, aware, UTC."""
        return timezone.now()

    def check(self) -> None:
        """Raise when the job must end: cancelled, lease lost, or the worker is shutting down."""
        if self._beats_itself:
            self._lease.beat_if_due()
        if self._lease.is_lost:
            raise LeaseLost(f"Job {self.job_id} is no longer held by attempt {self.attempt}.")
        if self._lease.is_cancelled:
            raise JobCancelled(f"Job {self.job_id} was cancelled.")
        if self._must_release():
            raise JobReleased(f"Job {self.job_id} goes back to its queue: the worker is stopping.")

    def progress(self, *, step: str, done: int = 0, total: int | None = None) -> None:
        """Tell how far the job is. Cheap: call it for every chunk. Raises like ``check``."""
        now = self.now()
        last = self._progress
        is_same_step = last is not None and last.step == step
        started_at, started_with = (
            (last.step_started_at, last.step_started_with) if last is not None and is_same_step else (now, done)
        )
        self._progress = Progress(step, done, total, started_at, started_with, now)
        self._lease.note(self._progress)
        self.check()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction that commits only if this worker still holds the job. Keep it below 250 ms on SQLite."""
        if self._pending is not None:
            raise RuntimeError("context.transaction() does not nest: one fence, one checkpoint, one commit.")
        self.check()
        self._pending = {}
        try:
            with transaction.atomic():
                began = time.monotonic()
                yield
                self._lease.fence(**self._pending)
                if "state" in self._pending:
                    run_again_if_asked(self.job_id, self.now())
            self.checkpoint = self._pending.get("checkpoint", self.checkpoint)
            self._mind_the_others(time.monotonic() - began)
            self.is_finished = "state" in self._pending
        finally:
            self._pending = None

    def _mind_the_others(self, seconds: float) -> None:
        # SQLite has one writer: while a job writes, no page saves.
        if seconds > LONGEST_TRANSACTION_SECONDS and connection.vendor == "sqlite":
            _log.warning("job wrote for too long at once", attempt=self.attempt, milliseconds=round(seconds * 1000))

    def save_checkpoint(self, checkpoint: Mapping[str, Any]) -> None:
        """Store where to resume, in the transaction that did the work; read it in ``context.checkpoint``."""
        self._inside_transaction("save_checkpoint")["checkpoint"] = dict(checkpoint)

    def finish(self, result: Mapping[str, object] | None = None) -> None:
        """End the job with the transaction that is open: its last effect and its success commit together."""
        columns = self._inside_transaction("finish")
        columns.update(ending(self.now(), Job.State.SUCCEEDED), **self._lease.progress_columns())
        columns["result"] = None if result is None else dict(result)

    def _inside_transaction(self, verb: str) -> dict[str, Any]:
        if self._pending is None:
            raise RuntimeError(f"context.{verb}() belongs inside `with context.transaction():`.")
        return self._pending
