"""Take the next due job: the one place of the queue that knows the database's make.

One statement claims: it picks the job that is due first (waiting and its time has come, or running and its lease ran
out), counts the attempt and sets the lease. SQLite has one writer, so picking and taking cannot be interleaved.
PostgreSQL workers skip rows that another one is taking; the pick is materialised so that it is evaluated once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from fleuve.jobs.models import Job

__all__ = ["claim"]

_LOCK: Final = {"sqlite": "", "postgresql": "FOR UPDATE SKIP LOCKED"}

_DUE: Final = """
    FROM jobs_job
    WHERE state IN ('queued', 'running') AND queue IN ({queues}) AND due_at <= %s
    ORDER BY due_at, id LIMIT 1
"""

_CLAIM: Final = (
    "WITH picked AS MATERIALIZED (SELECT id"
    + _DUE
    + """ {lock})
    UPDATE jobs_job
    SET state = 'running', attempt = attempt + 1, attempts_left = attempts_left - 1, worker = %s, due_at = %s,
        started_at = COALESCE(started_at, %s)
    WHERE id IN (SELECT id FROM picked)
    RETURNING *
"""
)


def claim(queues: Sequence[str], *, worker: str, now: datetime, lease: timedelta) -> Job | None:
    """The job that is due first, now leased to ``worker``; nothing when none is due.

    The look before the claim keeps an idle worker from taking SQLite's write lock several times a second.
    """
    places = ", ".join(["%s"] * len(queues))
    moment = connection.ops.adapt_datetimefield_value(now)
    lease_end = connection.ops.adapt_datetimefield_value(now + lease)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id" + _DUE.format(queues=places), [*queues, moment])
        if cursor.fetchone() is None:
            return None
    statement = _CLAIM.format(queues=places, lock=_LOCK[connection.vendor])
    taken = list(Job.objects.raw(statement, [*queues, moment, worker, lease_end, moment]))
    return taken[0] if taken else None
