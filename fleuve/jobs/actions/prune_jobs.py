"""Forget jobs that ended long ago, a small batch at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from fleuve.jobs.models import Job
from fleuve.kernel.principal import Principal, require

__all__ = ["prune_jobs"]

# A dead letter stays longer: someone may come back from holidays to look at it.
KEPT_DAYS: Final = {Job.State.SUCCEEDED: 30, Job.State.CANCELLED: 30, Job.State.FAILED: 180}
BATCH: Final = 500


def prune_jobs(*, by: Principal, at: datetime) -> int:
    """Delete one batch of ended jobs past their time and answer how many; nought when none is left.

    Not recorded as an event: the audit trail has the facts about jobs, and keeps them.
    """
    require(by, "operate")
    for state, days in KEPT_DAYS.items():
        past = Job.objects.filter(state=state, finished_at__lt=at - timedelta(days=days))
        batch = list(past.order_by("finished_at").values_list("pk", flat=True)[:BATCH])
        if batch:
            return Job.objects.filter(pk__in=batch).delete()[0]
    return 0
