"""Send a message again, under the same id: a receiver that has it already can tell."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.events import record
from fleuve.jobs import enqueue
from fleuve.kernel.principal import SYSTEM, Principal, require
from fleuve.webhooks.errors import EndpointIsOff, StillWaiting
from fleuve.webhooks.models import Delivery

__all__ = ["repeat_delivery"]


def repeat_delivery(*, delivery: Delivery, by: Principal, at: datetime) -> None:
    """Begin its schedule anew. Raises ``EndpointIsOff`` and ``StillWaiting``."""
    require(by, "configure")
    if not delivery.endpoint.is_live:
        raise EndpointIsOff(_("This webhook is off. Switch it on, then repeat the message."))
    with transaction.atomic():
        ended = Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.WAITING)
        if not ended.update(state=Delivery.State.WAITING, attempt=0, next_at=at):
            raise StillWaiting(_("This message still waits: it is sent by itself."))
        subject = ("endpoint", delivery.endpoint_id)
        record("webhooks.delivery_repeated", by=by, at=at, subject=subject, data={"fact": delivery.fact})
        enqueue("webhooks.send", by=SYSTEM, unique_key="webhooks.send", again_if_running=True)
