"""Days of the organisation: when a task is overdue, in which part of the list it stands, when its person is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Literal

__all__ = ["BUCKETS", "REMINDERS", "Bucket", "bucket_of", "overdue_from", "reminder_at", "reminder_of"]

Bucket = Literal["overdue", "today", "week", "later", "no_day"]
BUCKETS: Final[tuple[Bucket, ...]] = ("overdue", "today", "week", "later", "no_day")

_MORNING: Final = time(9, 0)
REMINDERS: Final[dict[str, int]] = {"on_day": 0, "day_before": 1, "week_before": 7}
"""How many days before the due day a reminder comes, at nine in the morning there."""


def bucket_of(due_on: date | None, today: date) -> Bucket:
    """The part of the list: overdue, today, the seven days after it, later, or without a day."""
    if due_on is None:
        return "no_day"
    if due_on < today:
        return "overdue"
    if due_on == today:
        return "today"
    return "week" if due_on <= today + timedelta(days=7) else "later"


def overdue_from(due_on: date, zone: tzinfo) -> datetime:
    """The moment from which a task due on that day is overdue: midnight after it, where the organisation is."""
    return datetime.combine(due_on + timedelta(days=1), time(0), zone).astimezone(UTC)


def reminder_at(due_on: date, choice: str, zone: tzinfo) -> datetime:
    """When the reminder comes: nine in the morning there, whatever the clocks did in between."""
    return datetime.combine(due_on - timedelta(days=REMINDERS[choice]), _MORNING, zone).astimezone(UTC)


def reminder_of(due_on: date | None, remind_at: datetime | None, zone: tzinfo) -> str:
    """Which choice a stored moment is; empty for none."""
    if due_on is None or remind_at is None:
        return ""
    return next((choice for choice in REMINDERS if reminder_at(due_on, choice, zone) == remind_at), "")
