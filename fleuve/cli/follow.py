"""Carry a job to its end from a command: work on the queues in this process, and show the job's own progress."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from fleuve.cli.errors import JobNotDone
from fleuve.cli.output import ProgressLine, say
from fleuve.cli.startup import now
from fleuve.jobs.actions.cancel_job import cancel_job
from fleuve.jobs.models import Job
from fleuve.jobs.queries import JobState, job_state
from fleuve.jobs.worker import Worker
from fleuve.kernel.principal import Principal

__all__ = ["follow_job", "showing_progress"]

_LOOK_SECONDS = 0.15
_QUEUES = ("quick", "heavy")


def follow_job(job_id: int, *, by: Principal) -> JobState:
    """Wait for the job while working on both queues here; another worker may take it as well.

    Ctrl-C cancels the job and waits until it has let go; nothing is left half-written. Raises ``JobNotDone`` when the
    job ends otherwise than well.
    """
    stop = threading.Event()
    workers = [threading.Thread(target=Worker((queue,), stop).run, name=queue, daemon=True) for queue in _QUEUES]
    for worker in workers:
        worker.start()
    line = ProgressLine()
    try:
        state = _watch(job_id, line, by)
    finally:
        stop.set()
        for worker in workers:
            worker.join(timeout=10)
        line.end()
    if state.state != Job.State.SUCCEEDED:
        raise JobNotDone(state)
    return state


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


def _watch(job_id: int, line: ProgressLine, by: Principal) -> JobState:
    while True:
        try:
            state = _state(job_id)
            if not state.is_live:
                return state
            line.tell(state.step or state.title, state.done, state.total)
            time.sleep(_LOOK_SECONDS)
        except KeyboardInterrupt:
            line.end()
            say("Stopping… (Ctrl-C again leaves at once; the work then goes on when Fleuve serves next.)")
            cancel_job(Job.objects.get(pk=job_id), by=by, at=now())


def _state(job_id: int) -> JobState:
    state = job_state(job_id)
    if state is None:
        raise LookupError(f"job {job_id} is gone")
    return state
