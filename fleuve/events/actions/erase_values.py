"""Erase the old and new values kept about a subject. The events and their seals stand without them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events.actions.record import record
from fleuve.events.models import EventValues
from fleuve.kernel.principal import Principal, require

__all__ = ["erase_values"]


def erase_values(subject: tuple[str, int | str], *, by: Principal, at: datetime) -> int:
    """Delete every value recorded about ``subject`` with its salt, and answer how many events lost theirs."""
    require(by, "operate")
    kind, subject_id = subject
    with transaction.atomic():
        about = EventValues.objects.filter(event__subject_kind=kind, event__subject_id=str(subject_id))
        erased, _ = about.delete()
        if erased:
            record("events.values_erased", by=by, at=at, subject=subject, data={"events": erased})
    return erased
