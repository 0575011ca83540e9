"""Put a task into the trash."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.events import record as record_event
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.principal import Principal, require
from fleuve.search import refresh
from fleuve.tasks.models import Task
from fleuve.tasks.queries import TaskFound, require_change, task_or_refuse

__all__ = ["remove_task"]


def remove_task(*, task_id: int, version: int | None = None, by: Principal, at: datetime) -> TaskFound:
    """Take the task off the lists; it waits in the trash for thirty days. Removing twice changes nothing.

    With a ``version``: only that one. Raises ``EditedMeanwhile`` when another stands.
    """
    require(by, "write")
    found = task_or_refuse(task_id, by)
    require_change(found, by)
    with transaction.atomic():
        standing = Task.objects.filter(pk=task_id, removed_at__isnull=True)
        standing = standing if version is None else standing.filter(version=version)
        if standing.update(removed_at=at, removed_by_label=by.label):
            refresh("task", [task_id], at=at)
            record_event("tasks.task_removed", by=by, at=at, subject=("task", task_id))
        elif version is not None:
            found.task.refresh_from_db()
            sentence = _("Somebody saved this meanwhile. Read it again, then send your change.")
            raise EditedMeanwhile(sentence, version=found.task.version)
    return found
