"""Somebody looked at what they were told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fleuve.accounts.models import Notice
from fleuve.kernel.principal import Principal, require

__all__ = ["see_notices"]


def see_notices(*, by: Principal, at: datetime, notice_ids: Sequence[int] | None = None) -> int:
    """Mark one's own notices as seen, all of them unless some are named; returns how many were new."""
    require(by, "read")
    waiting = Notice.objects.visible_to(by).filter(seen_at__isnull=True)
    if notice_ids is not None:
        waiting = waiting.filter(pk__in=list(notice_ids))
    return int(waiting.update(seen_at=at))
