"""Make a new secret; the old one signs beside it for a day."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events import record
from fleuve.kernel.principal import Principal, require
from fleuve.kernel.sealing import SealBroken
from fleuve.webhooks.keeping import fresh_secret, live_secrets, sealed
from fleuve.webhooks.models import Endpoint
from fleuve.webhooks.rules import SECRET_OVERLAP, secret_text

__all__ = ["rotate_secret"]


def rotate_secret(*, endpoint: Endpoint, by: Principal, at: datetime) -> str:
    """The new secret, told this once. An old one that this install cannot read is dropped at once."""
    require(by, "configure")
    secret = fresh_secret()
    with transaction.atomic():
        current = Endpoint.objects.listed().get(pk=endpoint.pk)
        former = current.secret if _is_readable(current, at) else None
        Endpoint.objects.filter(pk=endpoint.pk).update(
            secret=sealed(secret), former_secret=former, former_until=at + SECRET_OVERLAP if former else None
        )
        record("webhooks.secret_rotated", by=by, at=at, subject=("endpoint", endpoint.pk))
    endpoint.refresh_from_db()
    return secret_text(secret)


def _is_readable(endpoint: Endpoint, at: datetime) -> bool:
    try:
        live_secrets(endpoint, at)
    except SealBroken:
        return False
    return True
