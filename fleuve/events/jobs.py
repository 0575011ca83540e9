"""Deliveries to listeners, and the relay that feeds them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fleuve.events.actions.relay_outbox import relay_outbox
from fleuve.events.listening import after_commit_listener
from fleuve.events.models import Event
from fleuve.jobs import JobContext, job, register_chore

__all__ = ["deliver"]

register_chore(relay_outbox, every_seconds=1)


@job("events.deliver", max_attempts=12, title=_("Pass on what happened"), atomic=True)
def deliver(context: JobContext, *, event_id: int, listener: str) -> dict[str, object] | None:
    """Call one listener with one event, in one fenced transaction."""
    event = Event.objects.get(pk=event_id)
    action = after_commit_listener(event.name, listener)
    if action is None:
        return {"delivered": False}
    action(event)
    return {"delivered": True}
