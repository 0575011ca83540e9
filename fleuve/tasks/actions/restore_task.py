"""Take a task back out of the trash."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.search import refresh
from fleuve.tasks.models import Task
from fleuve.tasks.queries import TaskFound, require_change, task_or_refuse

__all__ = ["restore_task"]


def restore_task(*, task_id: int, by: Principal, at: datetime) -> TaskFound:
    """Put the task back on its lists. Restoring twice changes nothing."""
    require(by, "write")
    found = task_or_refuse(task_id, by, from_trash=True)
    require_change(found, by)
    with transaction.atomic():
        if Task.objects.filter(pk=task_id, removed_at__isnull=False).update(removed_at=None, removed_by_label=""):
            refresh("task", [task_id], at=at)
            record_event("tasks.task_restored", by=by, at=at, subject=("task", task_id))
    return found
