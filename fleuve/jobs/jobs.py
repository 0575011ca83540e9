"""The queue's own housekeeping."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fleuve.jobs.actions.prune_jobs import prune_jobs
from fleuve.jobs.chores import register_chore
from fleuve.jobs.context import JobContext
from fleuve.jobs.registry import job, schedule
from fleuve.jobs.schedules import enqueue_due_schedules

__all__ = ["prune"]

register_chore(enqueue_due_schedules, every_seconds=10)
schedule("jobs.prune", cron="20 3 * * *")


@job("jobs.prune", title=_("Forget work that ended long ago"))
def prune(context: JobContext) -> dict[str, object]:
    """Delete ended jobs past their time, batch by batch."""
    pruned = 0
    while True:
        with context.transaction():
            count = prune_jobs(by=context.by, at=context.now())
        if not count:
            return {"pruned": pruned}
        pruned += count
