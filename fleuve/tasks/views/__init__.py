"""Pages of tasks and notices."""

from __future__ import annotations

from fleuve.tasks.views.deeds import task_completion, task_removal, task_reopening, task_restoration
from fleuve.tasks.views.tasks import customer_tasks, task, tasks

__all__ = [
    "customer_tasks",
    "task",
    "task_completion",
    "task_removal",
    "task_reopening",
    "task_restoration",
    "tasks",
]
