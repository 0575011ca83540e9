"""Mark months as out of date, in the transaction that changes their purchases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from fleuve.events.models import Event
from fleuve.history.models import DirtyMonth

__all__ = ["mark_changed_months", "mark_months"]


def mark_months(months: Iterable[int], *, at: datetime) -> None:
    """Have the next rebuild export these months (201112) again."""
    DirtyMonth.objects.bulk_create(DirtyMonth(month=month, marked_at=at) for month in sorted(set(months)))


def mark_changed_months(event: Event) -> None:
    """Hear ``touchpoints.purchases_changed`` inside its transaction."""
    mark_months((int(month) for month in event.data.get("months", ())), at=event.at)
