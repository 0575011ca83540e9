"""Deliveries to listeners, and the relay that feeds them."""

from __future__ import annotations

import structlog
from django.utils.translation import gettext_lazy as _

from fleuve.events.actions.relay_outbox import relay_outbox
from fleuve.events.actions.seal_events import seal_events
from fleuve.events.listening import after_commit_listener
from fleuve.events.models import Event
from fleuve.jobs import JobContext, job, register_chore, schedule

__all__ = ["deliver", "seal"]

_log = structlog.get_logger(__name__)

register_chore(relay_outbox, every_seconds=1)
schedule("events.seal", cron="*/15 * * * *")


@job("events.deliver", max_attempts=12, title=_("Pass on what happened"), atomic=True)
def deliver(context: JobContext, *, event_id: int, listener: str) -> dict[str, object] | None:
    """Call one listener with one event, in one fenced transaction."""
    event = Event.objects.get(pk=event_id)
    action = after_commit_listener(event.name, listener)
    if action is None:
        return {"delivered": False}
    action(event)
    return {"delivered": True}


@job("events.seal", title=_("Seal the audit trail"))
def seal(context: JobContext) -> dict[str, object]:
    """Seal every event that waits, a batch a transaction; note the head of the chain in the log."""
    seals = 0
    while True:
        with context.transaction():
            made = seal_events(by=context.by, at=context.now())
        if made is None:
            return {"seals": seals}
        _log.info("audit trail sealed", number=made.number, digest=made.digest, events=made.events_count)
        seals += 1
