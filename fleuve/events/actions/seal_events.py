"""Close a batch of events with a link of the hash chain."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from fleuve.events.models import Event, Seal
from fleuve.events.rules import seal_digest
from fleuve.kernel.principal import Principal, require

__all__ = ["seal_events"]

# 1,000 rows are read, hashed and marked in about 30 ms on SQLite: well below the 250 ms of a write transaction.
BATCH: Final = 1000


def seal_events(*, by: Principal, at: datetime) -> Seal | None:
    """Seal one batch of unsealed events and answer the seal; nothing when every event is sealed.

    The number of the seal is unique: of two sealers at once, one fails and finds the batch sealed next time. Not
    recorded as an event, which would never let the chain come to rest.
    """
    require(by, "operate")
    with transaction.atomic():
        last = Seal.objects.order_by("-number").first()
        batch = list(Event.objects.filter(seal=None).order_by("id")[:BATCH])
        if not batch:
            return None
        previous = last.digest if last else ""
        seal = Seal(
            number=last.number + 1 if last else 1,
            digest=seal_digest(previous, (event.canonical_row() for event in batch)),
            previous=previous,
            events_count=len(batch),
            sealed_at=at,
        )
        seal.save(force_insert=True)
        Event.objects.filter(pk__in=[event.pk for event in batch], seal=None).seal_with(seal)
    return seal
