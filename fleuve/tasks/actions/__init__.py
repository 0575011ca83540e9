"""What changes tasks."""

from __future__ import annotations

from fleuve.tasks.actions.add_task import add_task
from fleuve.tasks.actions.change_task import change_task
from fleuve.tasks.actions.complete_task import complete_task
from fleuve.tasks.actions.purge_trash import purge_trash
from fleuve.tasks.actions.remove_task import remove_task
from fleuve.tasks.actions.reopen_task import reopen_task
from fleuve.tasks.actions.restore_task import restore_task
from fleuve.tasks.actions.send_reminders import send_reminders

__all__ = [
    "add_task",
    "change_task",
    "complete_task",
    "purge_trash",
    "remove_task",
    "reopen_task",
    "restore_task",
    "send_reminders",
]
