"""Turn a fact into a message for each endpoint that wants it."""

from __future__ import annotations

from fleuve.events.models import Event
from fleuve.jobs import enqueue
from fleuve.kernel.principal import SYSTEM
from fleuve.webhooks.models import Delivery, Endpoint
from fleuve.webhooks.rules import body_of

__all__ = ["queue_deliveries"]


def queue_deliveries(event: Event) -> None:
    """Called after the commit, at least once; a second call finds the messages there.

    An endpoint hears of what happened while it was on: one added since is not told of the past.
    """
    live = Endpoint.objects.live().filter(created_at__lte=event.at)
    wanting = [endpoint for endpoint in live if endpoint.wants(event.name)]
    if not wanting:
        return
    body = body_of(
        event.name,
        event.at,
        subject=(event.subject_kind, event.subject_id),
        by=(event.actor_kind, event.actor_id),
        data=event.data,
        event=str(event.pk),
    )
    Delivery.objects.bulk_create(
        [Delivery.of(one, fact=event.name, body=body, at=event.at, event_id=event.pk) for one in wanting],
        ignore_conflicts=True,
    )
    enqueue("webhooks.send", by=SYSTEM, unique_key="webhooks.send", again_if_running=True)
