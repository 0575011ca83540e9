"""Erase what the journal keeps about a subject."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from fleuve.changes.models import Change
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["erase_changes"]


def erase_changes(subject_kind: str, subject_ids: Sequence[int], *, by: Principal, at: datetime) -> int:
    """Delete every old and new value of these subjects; what they are worth now is not touched, nor undone any more."""
    require(by, "operate")
    with transaction.atomic():
        gone, _ = Change.objects.filter(subject_kind=subject_kind, subject_id__in=subject_ids).delete()
        if gone:
            subject = (subject_kind, subject_ids[0]) if len(subject_ids) == 1 else None
            record("events.values_erased", by=by, at=at, subject=subject, data={"changes": gone})
    return gone
