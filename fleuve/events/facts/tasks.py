"""The facts of tasks."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
    Fact("tasks.task_added", _("Task added"), "A task was written down; data: for whom and by when.", is_public=True),
    Fact(
        "tasks.task_changed",
        _("Task changed"),
        "A task was changed or given to somebody else; data: which fields.",
        is_public=True,
    ),
    Fact("tasks.task_done", _("Task done"), "A task was done.", is_public=True),
    Fact("tasks.task_reopened", _("Task reopened"), "A task that was done is to be done again.", is_public=True),
    Fact("tasks.task_removed", _("Task put into the trash"), "A task was put into the trash."),
    Fact("tasks.task_restored", _("Task restored"), "A task came back out of the trash."),
    Fact("tasks.reminder_sent", _("Reminder sent"), "A person was reminded of a task."),
)
