"""Sending, and forgetting what was sent long ago."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from django.utils.translation import gettext_lazy as _

from fleuve.jobs import JobContext, job, register_chore, schedule
from fleuve.webhooks.actions import claim_deliveries, prune, settle_deliveries, wake
from fleuve.webhooks.actions.claim_deliveries import AT_ONCE
from fleuve.webhooks.sending import send

__all__ = ["prune_deliveries", "send_due"]

register_chore(wake, every_seconds=1)
schedule("webhooks.prune", cron="40 3 * * *")


@job("webhooks.send", title=_("Send messages to webhooks"))
def send_due(context: JobContext) -> dict[str, object]:
    """Send one handful of due messages together; the next handful is another job, so that others get their turn.

    Only the network is waited for in threads: tables are read and written here, before and after.
    """
    at = context.now()
    with context.transaction():
        attempts = claim_deliveries(at)
    if not attempts:
        return {"sent": 0}
    with ThreadPoolExecutor(AT_ONCE, "webhooks") as pool:
        outcomes = list(pool.map(lambda attempt: send(attempt, at), attempts))
    with context.transaction():
        settle_deliveries(outcomes=outcomes, draw=random.random, by=context.by, at=context.now())
    return {"sent": len(outcomes)}


@job("webhooks.prune", title=_("Forget old webhook messages"))
def prune_deliveries(context: JobContext) -> dict[str, object]:
    """Delete messages past their time, batch by batch."""
    pruned = 0
    while True:
        with context.transaction():
            count = prune(by=context.by, at=context.now())
        if not count:
            return {"pruned": pruned}
        pruned += count
