"""Hand the facts of the outbox to their listeners, each by a job of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from fleuve.events.models import Outbox
from fleuve.jobs import enqueue
from fleuve.kernel.principal import SYSTEM

__all__ = ["relay_outbox"]

_BATCH: Final = 100


def relay_outbox(at: datetime) -> None:
    """Turn up to a batch of outbox rows into delivery jobs.

    Rows are taken as they are found and deleted with the enqueue: nothing remembers a last id, because a transaction
    that began earlier may still commit a smaller one.
    """
    waiting = list(Outbox.objects.order_by("id").values_list("pk", "event_id", "listener")[:_BATCH])
    if not waiting:
        return
    with transaction.atomic():
        for pk, event_id, listener in waiting:
            # Another worker may be relaying the same row: whoever deletes it enqueues.
            if Outbox.objects.filter(pk=pk).delete()[0]:
                enqueue("events.deliver", by=SYSTEM, event_id=event_id, listener=listener)
