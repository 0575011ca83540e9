"""Take the messages that are due, before they are sent: a claim outlives the worker that made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from fleuve.jobs import enqueue
from fleuve.kernel.principal import SYSTEM
from fleuve.kernel.sealing import SealBroken
from fleuve.webhooks.keeping import live_secrets
from fleuve.webhooks.models import Delivery, Endpoint
from fleuve.webhooks.sending import Attempt

__all__ = ["AT_ONCE", "claim_deliveries", "wake"]

AT_ONCE: Final = 8
_LOOKED_AT: Final = 200
# One receiver that is slow holds half of the places at most, and a failing one a single place.
_PER_ENDPOINT: Final = {Endpoint.State.ON.value: 4, Endpoint.State.FAILING.value: 1}
# Longer than an attempt may take: whoever died with a claim leaves it to be tried again.
_CLAIM: Final = timedelta(minutes=1)


def claim_deliveries(at: datetime) -> list[Attempt]:
    """Claim a handful of due messages and answer all that sending them needs. In the caller's transaction."""
    due = (
        Delivery.objects.due(at).filter(endpoint__removed_at=None).select_related("endpoint").order_by("next_at", "id")
    )
    return [_attempt(delivery, at) for delivery in _shared_out(due[:_LOOKED_AT]) if _is_ours(delivery, at)]


def wake(at: datetime) -> None:
    """Ask for the sending job when a message is due; the retry that comes after hours is found so."""
    if Delivery.objects.due(at).exists():
        enqueue("webhooks.send", by=SYSTEM, unique_key="webhooks.send")


def _shared_out(due: Iterable[Delivery]) -> Iterator[Delivery]:
    taken: Counter[int] = Counter()
    for delivery in due:
        if taken[delivery.endpoint_id] < _PER_ENDPOINT.get(delivery.endpoint.state, 0):
            taken[delivery.endpoint_id] += 1
            yield delivery
        if taken.total() == AT_ONCE:
            return


def _is_ours(delivery: Delivery, at: datetime) -> bool:
    claimed = Delivery.objects.due(at).filter(pk=delivery.pk, attempt=delivery.attempt)
    return bool(claimed.update(attempt=F("attempt") + 1, next_at=at + _CLAIM))


def _attempt(delivery: Delivery, at: datetime) -> Attempt:
    try:
        secrets = live_secrets(delivery.endpoint, at)
    except SealBroken:
        secrets = ()  # the attempt then fails and says so
    return Attempt(
        delivery_id=delivery.pk,
        endpoint_id=delivery.endpoint_id,
        number=delivery.attempt + 1,
        url=delivery.endpoint.url,
        message_id=delivery.message_id,
        body=delivery.body,
        secrets=secrets,
    )
