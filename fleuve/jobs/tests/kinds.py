"""Jobs that exist for these tests only. Their effects are rows of a table made by the test (``effects``)."""

from __future__ import annotations

import os
import time

from django.db import connection

from fleuve.jobs import JobContext, job
from fleuve.kernel.errors import FleuveError

__all__ = ["EFFECTS", "effects"]

EFFECTS = "jobs_test_effect"


def effect(context: JobContext, step: int) -> None:
    """Leave a trace that would show if it were left twice."""
    with connection.cursor() as cursor:
        row = [context.job_id, step, os.getpid()]
        cursor.execute(f"INSERT INTO {EFFECTS} (job_id, step, pid) VALUES (%s, %s, %s)", row)


def effects() -> list[tuple[int, int, int]]:
    """Every (job, step, process) in order."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT job_id, step, pid FROM {EFFECTS} ORDER BY job_id, step")
        return [(row[0], row[1], row[2]) for row in cursor.fetchall()]


@job("test.once", atomic=True, max_attempts=50)
def once(context: JobContext) -> None:
    """One effect, committed with the job's success."""
    effect(context, 0)


@job("test.steps", max_attempts=50, queue="heavy")
def steps(context: JobContext, *, count: int, pause: float) -> dict[str, object]:
    """One effect a step, each committed with its checkpoint."""
    for step in range(context.checkpoint.get("next", 0), count):
        context.progress(step="Counting", done=step, total=count)
        with context.transaction():
            effect(context, step)
            context.save_checkpoint({"next": step + 1})
        time.sleep(pause)
    return {"steps": count}


@job("test.refused")
def refused(context: JobContext) -> None:
    """An expected refusal."""
    raise FleuveError("The file has no date column: choose one.", code="no_date")


@job("test.broken", max_attempts=3)
def broken(context: JobContext) -> None:
    """A fault that nobody foresaw."""
    raise ZeroDivisionError("secret of a row")


@job("test.nothing")
def nothing(context: JobContext, *, number: int = 0) -> None:
    """No effect at all."""


@job("test.impatient")
def impatient(context: JobContext) -> None:
    """Looks at its context until it is stopped, one second at most."""
    for tick in range(100):
        context.progress(step="Waiting", done=tick, total=100)
        time.sleep(0.01)


@job("test.half", atomic=True, max_attempts=1)
def half(context: JobContext) -> None:
    """Fails after its effect."""
    effect(context, 0)
    raise RuntimeError("after the effect")
