"""Forget the answers that no repeated request gets any more."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from fleuve.api.models import IdempotencyKey
from fleuve.api.rules import KEPT_FOR
from fleuve.kernel.principal import Principal, require

__all__ = ["forget_answers"]

_MOST: Final = 2000


def forget_answers(*, by: Principal, at: datetime) -> int:
    """Delete those older than their day, some thousand at a time; the count."""
    require(by, "operate")
    old = IdempotencyKey.objects.filter(started_at__lt=at - KEPT_FOR).order_by("started_at")
    count, _tables = IdempotencyKey.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_MOST])).delete()
    return count
