"""The lease that a worker holds on a job, and the fence that a worker without it cannot pass."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import models
from django.utils import timezone

from fleuve.jobs.errors import LeaseLost
from fleuve.jobs.models import Job

__all__ = ["Lease", "Progress"]

_BEAT_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Progress:
    """How far the present step is, when it began and from which count (a resumed step does not begin at nought)."""

    step: str
    done: int
    total: int | None
    step_started_at: datetime
    step_started_with: int
    progress_at: datetime


class Lease:
    """One claim of one job, (id, attempt): renewed by the heartbeat, checked by every transaction of the job."""

    def __init__(self, job: Job, duration: timedelta) -> None:
        self.job_id = job.pk
        self.attempt = job.attempt
        self.duration = duration
        self.is_cancelled = job.cancel_asked_at is not None
        self.is_lost = False
        self._progress: Progress | None = None
        self._written: Progress | None = None
        now = time.monotonic()
        self._renewed = now
        self._beaten = now
        self._beating = threading.Lock()

    @property
    def row(self) -> models.QuerySet[Job]:
        """The job's row as long as this claim is the latest and the job has not ended."""
        return Job.objects.filter(pk=self.job_id, attempt=self.attempt, state=Job.State.RUNNING)

    def note(self, progress: Progress) -> None:
        """Remember the progress; the next beat writes it."""
        self._progress = progress

    def progress_columns(self) -> dict[str, Any]:
        """The latest progress as columns to write; empty when it is written already."""
        progress = self._progress
        if progress is None or progress is self._written:
            return {}
        return dict(vars(progress))

    def fence(self, **columns: Any) -> None:
        """Write ``columns`` and renew, or raise ``LeaseLost``. Last statement of a transaction: it decides its fate.

        It is an UPDATE, not a SELECT, so that on PostgreSQL it holds the row until the commit: a worker that claims
        the job at the same moment waits, or is waited for.
        """
        columns.setdefault("due_at", timezone.now() + self.duration)
        if not self.row.update(**columns):
            self.is_lost = True
            raise LeaseLost(f"Job {self.job_id} is no longer held by attempt {self.attempt}.")

    def beat_if_due(self) -> None:
        """Beat when the last beat is a second old: for jobs that run without a heartbeat thread."""
        if time.monotonic() - self._beaten >= _BEAT_SECONDS:
            self.beat()

    def beat(self) -> None:
        """Write progress, renew the lease when a third of it has passed, hear whether a stop was asked."""
        with self._beating:
            self._beaten = time.monotonic()
            progress, columns = self._progress, self.progress_columns()
            if columns or self._beaten - self._renewed > self.duration.total_seconds() / 3:
                try:
                    self.fence(**columns)
                except LeaseLost:
                    return
                self._renewed, self._written = self._beaten, progress
            self._listen(list(self.row.values_list("cancel_asked_at", flat=True)))

    def _listen(self, answers: list[datetime | None]) -> None:
        self.is_lost = not answers
        self.is_cancelled = self.is_cancelled or any(answers)
