"""Switch an endpoint on or off."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.events import record
from fleuve.kernel.principal import Principal, require
from fleuve.kernel.sealing import SealBroken
from fleuve.webhooks.errors import SecretUnreadable
from fleuve.webhooks.keeping import live_secrets
from fleuve.webhooks.models import Delivery, Endpoint

__all__ = ["switch_off_after_restore", "switch_off_endpoint", "switch_on_endpoint"]


def switch_off_endpoint(*, endpoint: Endpoint, by: Principal, at: datetime, why: str = Endpoint.Why.PERSON) -> bool:
    """Send nothing more; what was waiting is not sent. Answers whether it was on."""
    require(by, "configure")
    with transaction.atomic():
        off = {"state": Endpoint.State.OFF, "off_why": why}
        if not Endpoint.objects.live().filter(pk=endpoint.pk).update(**off):
            return False
        waiting = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING)
        dropped = waiting.update(state=Delivery.State.GONE, next_at=None)
        data = {"why": str(why), "waiting": dropped}
        record("webhooks.endpoint_disabled", by=by, at=at, subject=("endpoint", endpoint.pk), data=data)
    return True


def switch_on_endpoint(*, endpoint: Endpoint, by: Principal, at: datetime) -> None:
    """Send again from now on; what happened meanwhile is not made up for. Raises ``SecretUnreadable``."""
    require(by, "configure")
    try:
        live_secrets(endpoint, at)
    except SealBroken as broken:
        raise SecretUnreadable(
            _("This install cannot read the secret, which another one sealed. Make a new secret, then switch it on.")
        ) from broken
    with transaction.atomic():
        off = Endpoint.objects.listed().filter(pk=endpoint.pk, state=Endpoint.State.OFF)
        if off.update(state=Endpoint.State.ON, off_why="", failures=0, failing_since=None):
            record("webhooks.endpoint_enabled", by=by, at=at, subject=("endpoint", endpoint.pk))


def switch_off_after_restore(*, by: Principal, at: datetime) -> int:
    """Every endpoint off: the install that the backup was made of may still be sending. Answers how many."""
    live = list(Endpoint.objects.live())
    return sum(switch_off_endpoint(endpoint=one, why=Endpoint.Why.RESTORED, by=by, at=at) for one in live)
