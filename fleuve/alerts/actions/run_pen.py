"""How a run writes: in short transactions, and only while it is the newest one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction

from fleuve.alerts.errors import RunReplaced
from fleuve.alerts.models import Run
from fleuve.jobs import JobContext
from fleuve.jobs.chunks import Chunker

__all__ = ["RunPen"]

T = TypeVar("T")


@dataclass
class RunPen:
    """Writes for one run, in short transactions, while it is the newest one and its job is held."""

    context: JobContext | None
    run: Run

    def __post_init__(self) -> None:
        self._chunker = Chunker(smallest=100, largest=2_000, first=500)

    def progress(self, step: str, done: int = 0, total: int | None = None) -> None:
        """Tell the job how far it is; raises when the job must end."""
        if self.context:
            self.context.progress(step=step, done=done, total=total)

    def transaction(self) -> AbstractContextManager[None]:
        """A short transaction, fenced by the job's lease where there is a job."""
        return self.context.transaction() if self.context else transaction.atomic()

    def require_newest(self) -> None:
        """Raise when another run has begun; call it first in a transaction."""
        if not Run.objects.filter(pk=self.run.pk, state=Run.State.RUNNING).exists():
            raise RunReplaced(f"Run {self.run.pk} was replaced by a newer one.")

    def in_chunks(self, rows: Sequence[T], write: Callable[[Sequence[T]], None], step: str) -> None:
        """Write rows, some at a time."""
        for start, size in self._chunker.chunks(len(rows)):
            self.progress(step, start, len(rows))
            with self._chunker.measured(self.transaction):
                self.require_newest()
                write(rows[start : start + size])
