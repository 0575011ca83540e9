"""Delete for good the tasks that have been in the trash for thirty days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from fleuve.kernel.principal import Principal, require
from fleuve.tasks.models import Task

__all__ = ["KEPT_DAYS", "purge_trash"]

KEPT_DAYS: Final = 30
_STEP: Final = 500


def purge_trash(*, by: Principal, at: datetime) -> int:
    """Delete a few hundred; returns how many went: call it again until it answers 0."""
    require(by, "operate")
    with transaction.atomic():
        removed = Task.objects.filter(removed_at__lt=at - timedelta(days=KEPT_DAYS))
        ids = list(removed.values_list("pk", flat=True)[:_STEP])
        Task.objects.filter(pk__in=ids).delete()
    return len(ids)
