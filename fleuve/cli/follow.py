"""Carry a job to its end from a command: work on its queue in this process, and show the job's own progress.

What the job asks for in its turn (lists after a valuation, alerts) is not begun here: it waits for Fleuve to run, and
the command says so (:func:`what_follows`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import connection

from fleuve.cli.errors import JobNotDone, JobStopped
from fleuve.cli.output import ProgressLine, say
from fleuve.cli.startup import now
from fleuve.jobs.actions.cancel_job import cancel_job
from fleuve.jobs.errors import UnableToSteer
from fleuve.jobs.models import Job
from fleuve.jobs.queries import JobState, job_state, state_of
from fleuve.jobs.worker import Worker
from fleuve.kernel.principal import Principal

__all__ = ["finish_job", "follow_job", "showing_progress", "what_follows"]

_LOOK_SECONDS = 0.15
_MOST_TOLD = 10


def follow_job(job_id: int, *, by: Principal) -> JobState:
    """Wait for the job while working on its queue here; another worker may take it as well.

    Ctrl-C cancels the job and waits until it has let go. Raises ``JobNotDone`` when the job ends otherwise than well,
    ``JobStopped`` when that was by Ctrl-C.
    """
    interruption = _Interruption(job_id, by)
    with _working(job_id):
        state = _watch(job_id, interruption)
    if state.state == Job.State.SUCCEEDED:
        return state
    raise (JobStopped if interruption.is_asked else JobNotDone)(state)


def finish_job(job_id: int) -> None:
    """Carry a job that tidies up to its end. Ctrl-C leaves it to whichever worker comes next."""
    with _working(job_id):
        _watch(job_id, None)


def what_follows() -> str:
    """A sentence on the work that waits for Fleuve to run; empty when none does."""
    waiting = Job.objects.filter(state=Job.State.QUEUED, due_at__lte=now()).order_by("due_at", "id")
    titles = dict.fromkeys(state_of(job).title for job in waiting[:_MOST_TOLD])
    return f"Waiting for Fleuve to run (fleuve serve): {', '.join(titles)}." if titles else ""


@contextmanager
def _working(job_id: int) -> Iterator[None]:
    stop = threading.Event()
    worker = Worker((_state(job_id).queue,), stop, last=job_id)
    thread = threading.Thread(target=worker.run, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


@contextmanager
def showing_progress() -> Iterator[None]:
    """Show the progress of whatever job runs while this thread is busy with it."""
    done = threading.Event()
    watcher = threading.Thread(target=_show_running, args=(done,), name="progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join(timeout=5)


def _show_running(done: threading.Event) -> None:
    line = ProgressLine()
    while not done.wait(_LOOK_SECONDS):
        job = Job.objects.filter(state=Job.State.RUNNING).order_by("-started_at").first()
        if job is not None and job.step:
            line.tell(job.step, job.done, job.total)
    line.end()
    connection.close()


class _Interruption:
    """What Ctrl-C does to a job: the first time it cancels, the second time it leaves."""

    def __init__(self, job_id: int, by: Principal) -> None:
        self._job_id, self._by = job_id, by
        self.is_asked = False

    def ask(self) -> None:
        """Cancel; a job that ended in this very moment is past cancelling."""
        if self.is_asked:
            raise KeyboardInterrupt
        self.is_asked = True
        say("Stopping… (Ctrl-C again leaves at once; what is left to tidy is tidied when Fleuve runs next.)")
        with suppress(UnableToSteer):
            cancel_job(Job.objects.get(pk=self._job_id), by=self._by, at=now())


def _watch(job_id: int, interruption: _Interruption | None) -> JobState:
    line = ProgressLine()
    try:
        while True:
            try:
                state = _state(job_id)
                if not state.is_live:
                    return state
                line.tell(state.step or state.title, state.done, state.total)
                time.sleep(_LOOK_SECONDS)
            except KeyboardInterrupt:
                line.end()
                if interruption is None:
                    raise
                interruption.ask()
    finally:
        line.end()


def _state(job_id: int) -> JobState:
    state = job_state(job_id)
    if state is None:
        raise LookupError(f"job {job_id} is gone")
    return state
