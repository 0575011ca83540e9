"""Take back that a task is done."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.search import refresh
from fleuve.tasks.models import Task
from fleuve.tasks.queries import TaskFound, require_change, task_or_refuse

__all__ = ["reopen_task"]


def reopen_task(*, task_id: int, by: Principal, at: datetime) -> TaskFound:
    """The task waits again. Reopening twice changes nothing."""
    require(by, "write")
    found = task_or_refuse(task_id, by)
    require_change(found, by)
    with transaction.atomic():
        if Task.objects.filter(pk=task_id, done_at__isnull=False).update(done_at=None, done_by_label=""):
            refresh("task", [task_id], at=at)
            record_event("tasks.task_reopened", by=by, at=at, subject=("task", task_id))
    return found
