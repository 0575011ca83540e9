"""Change what is to be done, by when, or by whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.actions import notify
from fleuve.events import record as record_event
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.principal import Principal, require
from fleuve.search import refresh
from fleuve.tasks.actions.wording import Assignee, assignee_or_refuse, checked_title, reminder_or_refuse
from fleuve.tasks.models import Task
from fleuve.tasks.queries import require_change, task_or_refuse

__all__ = ["change_task"]


def change_task(
    *,
    task_id: int,
    version: int,
    title: str,
    detail: str,
    assigned_id: int | None,
    due_on: date | None,
    reminder: str,
    priority: int,
    by: Principal,
    at: datetime,
) -> Task:
    """Save the task as it was typed, if it still is at ``version``; whom it is newly given to is told.

    Another due day or another reminder is a new reminder. Raises ``EditedMeanwhile`` and ``TaskRefused``.
    """
    require(by, "write")
    found = task_or_refuse(task_id, by)
    require_change(found, by)
    before = found.task
    keeps = assigned_id == before.assigned_id
    assignee = (
        Assignee(before.assigned_id, before.assigned_label)
        if keeps
        else assignee_or_refuse(assigned_id, found.customer, by)
    )
    columns: dict[str, Any] = {
        "title": checked_title(title),
        "detail": detail.strip(),
        "assigned_id": assignee.user_id,
        "assigned_label": assignee.label,
        "due_on": due_on,
        "remind_at": reminder_or_refuse(due_on, reminder),
        "priority": priority,
    }
    changed = sorted(name for name, value in columns.items() if getattr(before, name) != value)
    if not changed and version == before.version:
        return before
    if "remind_at" in changed:
        columns["reminded_at"] = None
    with transaction.atomic():
        current = Task.objects.filter(pk=task_id, version=version, removed_at__isnull=True)
        if not current.update(**columns, version=version + 1, updated_at=at):
            _refuse_late(task_id)
        if not keeps and assignee.user_id is not None:
            notify(user_ids=[assignee.user_id], kind="assigned", subject=("task", task_id), by=by, at=at)
        refresh("task", [task_id], at=at)
        record_event("tasks.task_changed", by=by, at=at, subject=("task", task_id), data={"fields": changed})
    before.refresh_from_db()
    return before


def _refuse_late(task_id: int) -> None:
    stored = Task.objects.get(pk=task_id)
    theirs = {name: getattr(stored, name) for name in ("title", "detail", "assigned_label", "due_on", "priority")}
    sentence = _("Somebody saved this task while you were typing. Compare both and save again.")
    raise EditedMeanwhile(sentence, version=stored.version, theirs=theirs)
