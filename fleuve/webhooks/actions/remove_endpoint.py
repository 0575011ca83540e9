"""Remove an endpoint with its secret."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events import record
from fleuve.kernel.principal import Principal, require
from fleuve.webhooks.models import Delivery, Endpoint

__all__ = ["remove_endpoint"]


def remove_endpoint(*, endpoint: Endpoint, by: Principal, at: datetime) -> None:
    """Send nothing more and forget the secret; what was sent stays until it is pruned. This is for good."""
    require(by, "configure")
    with transaction.atomic():
        cleared = {"secret": b"", "former_secret": None, "former_until": None}
        gone = Endpoint.objects.listed().filter(pk=endpoint.pk)
        if gone.update(removed_at=at, state=Endpoint.State.OFF, **cleared):
            waiting = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING)
            waiting.update(state=Delivery.State.GONE, next_at=None)
            record("webhooks.endpoint_removed", by=by, at=at, subject=("endpoint", endpoint.pk))
