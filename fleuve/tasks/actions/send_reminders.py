"""Remind people of their tasks, each time once."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from fleuve.accounts.actions import notify
from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.tasks.models import Task

__all__ = ["send_reminders"]

_STEP: Final = 100


def send_reminders(*, by: Principal, at: datetime) -> int:
    """Write the notices that are due, a hundred at most; returns how many were sent: call it again until it answers 0.

    Taking a task is one conditional statement in the transaction that writes its notice: a second worker takes nothing,
    and a kill in between leaves the task untaken.
    """
    require(by, "operate")
    sent = 0
    with transaction.atomic():
        for task in Task.objects.to_remind_at(at).order_by("remind_at", "id")[:_STEP]:
            taken = Task.objects.to_remind_at(at).filter(pk=task.pk).update(reminded_at=at)
            if not taken:
                continue  # another worker has it
            user_id = task.assigned_id or _author(task)
            if user_id is not None:
                notify(user_ids=[user_id], kind="reminder", subject=("task", task.pk), by=by, at=at)
            record_event("tasks.reminder_sent", by=by, at=at, subject=("task", task.pk))
            sent += 1
    return sent


def _author(task: Task) -> int | None:
    return int(task.by_id) if task.by_kind == "user" and task.by_id.isdecimal() else None
