"""The queue's own housekeeping."""

from __future__ import annotations

from fleuve.jobs.chores import register_chore
from fleuve.jobs.schedules import enqueue_due_schedules

register_chore(enqueue_due_schedules, every_seconds=10)
