"""Errors of tasks.

FleuveError
└── TasksError
    ├── TaskRefused      what was asked for cannot be a task
    ├── AlreadyDone      somebody has done it already
    └── UnknownTask      missing, in the trash, or out of reach: they look alike
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["AlreadyDone", "TaskRefused", "TasksError", "UnknownTask"]


class TasksError(FleuveError):
    """Something about a task cannot be done as asked."""

    code = "tasks_error"


class TaskRefused(TasksError):
    """The task was not kept; the sentence says what would do."""

    code = "task_refused"
    status = 422


class AlreadyDone(TasksError):
    """Somebody was first; nothing was written."""

    code = "already_done"
    status = 409


class UnknownTask(TasksError):
    """No such task within reach."""

    code = "task_unknown"
    status = 404
