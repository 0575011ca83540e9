"""Send a message that tells of nothing, to see whether it arrives."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.events import record
from fleuve.jobs import enqueue
from fleuve.kernel.principal import SYSTEM, Principal, require
from fleuve.webhooks.errors import EndpointIsOff
from fleuve.webhooks.models import TEST_FACT, Delivery, Endpoint
from fleuve.webhooks.rules import body_of

__all__ = ["send_test"]


def send_test(*, endpoint: Endpoint, by: Principal, at: datetime) -> Delivery:
    """Queue the message. Raises ``EndpointIsOff``."""
    require(by, "configure")
    if not endpoint.is_live:
        raise EndpointIsOff(_("This webhook is off. Switch it on, then send the test message."))
    subject = ("endpoint", str(endpoint.pk))
    body = body_of(TEST_FACT, at, subject=subject, by=(by.kind, by.id), data={"test": True})
    with transaction.atomic():
        made = Delivery.of(endpoint, fact=TEST_FACT, body=body, at=at)
        made.save(force_insert=True)
        record("webhooks.test_sent", by=by, at=at, subject=subject)
        enqueue("webhooks.send", by=SYSTEM, unique_key="webhooks.send", again_if_running=True)
    return made
