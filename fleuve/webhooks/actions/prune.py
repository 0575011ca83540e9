"""Forget messages that ended long ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from fleuve.kernel.principal import Principal, require
from fleuve.webhooks.models import Delivery

__all__ = ["prune"]

KEPT: Final = timedelta(days=30)
_BATCH: Final = 1000


def prune(*, by: Principal, at: datetime) -> int:
    """Delete a batch of messages older than thirty days that wait no more, and answer how many."""
    require(by, "operate")
    old = Delivery.objects.filter(created_at__lt=at - KEPT).exclude(state=Delivery.State.WAITING)
    with transaction.atomic():
        batch = list(old.order_by("created_at").values_list("pk", flat=True)[:_BATCH])
        deleted, _each = Delivery.objects.filter(pk__in=batch).delete()
    return deleted
