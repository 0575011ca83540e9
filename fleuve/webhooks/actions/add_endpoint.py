"""Add an address that wants to hear of some facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from fleuve.events import record
from fleuve.kernel.principal import Principal, require
from fleuve.webhooks.keeping import fresh_secret, sealed
from fleuve.webhooks.models import Endpoint
from fleuve.webhooks.rules import secret_text

__all__ = ["add_endpoint"]


def add_endpoint(*, label: str, url: str, facts: Sequence[str], by: Principal, at: datetime) -> tuple[Endpoint, str]:
    """Add the endpoint, on from now, and answer it with its secret: the only time that the secret is told."""
    require(by, "configure")
    secret = fresh_secret()
    endpoint = Endpoint(
        label=label,
        url=url,
        facts=sorted(set(facts)),
        secret=sealed(secret),
        created_at=at,
        by_kind=by.kind,
        by_id=by.id,
        by_label=by.label,
    )
    with transaction.atomic():
        endpoint.save(force_insert=True)
        told = {"facts": len(endpoint.facts)}
        record(
            "webhooks.endpoint_added",
            by=by,
            at=at,
            subject=("endpoint", endpoint.pk),
            data=told,
            values={"label": ["", label]},
        )
    return endpoint, secret_text(secret)
