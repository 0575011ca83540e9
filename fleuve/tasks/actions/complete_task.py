"""Say that a task is done."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.search import refresh
from fleuve.tasks.errors import AlreadyDone
from fleuve.tasks.models import Task
from fleuve.tasks.queries import TaskFound, require_change, task_or_refuse
from fleuve.ui import formatting

__all__ = ["complete_task"]


def complete_task(*, task_id: int, by: Principal, at: datetime) -> TaskFound:
    """Mark the task done; of two who do so at once the second gets ``AlreadyDone`` with who was first, and when."""
    require(by, "write")
    found = task_or_refuse(task_id, by)
    require_change(found, by)
    with transaction.atomic():
        waiting = Task.objects.filter(pk=task_id, done_at__isnull=True, removed_at__isnull=True)
        if not waiting.update(done_at=at, done_by_label=by.label):
            _refuse_late(task_id)
        refresh("task", [task_id], at=at)
        data = {"party": str(found.customer.party_id if found.customer else "")}
        record_event("tasks.task_done", by=by, at=at, subject=("task", task_id), data=data)
    return found


def _refuse_late(task_id: int) -> None:
    stored = Task.objects.get(pk=task_id)
    when = stored.done_at.astimezone(organisation().zone) if stored.done_at else None
    sentence = _("%(name)s has done this already, on %(day)s at %(time)s.")
    values = {
        "name": stored.done_by_label,
        "day": formatting.day(when.date()) if when else "",
        "time": f"{when:%H:%M}" if when else "",
    }
    raise AlreadyDone(sentence % values, by=stored.done_by_label, at=stored.done_at)
