"""Change the name, the address or the facts of an endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from fleuve.events import record
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.principal import Principal, require
from fleuve.webhooks.models import Endpoint

__all__ = ["change_endpoint"]


def change_endpoint(
    *, endpoint: Endpoint, label: str, url: str, facts: Sequence[str], version: int, by: Principal, at: datetime
) -> None:
    """Save what differs. Messages that wait go to the new address. Raises ``EditedMeanwhile``."""
    require(by, "configure")
    wanted = {"label": label, "url": url, "facts": sorted(set(facts))}
    changed = {name: value for name, value in wanted.items() if getattr(endpoint, name) != value}
    if not changed:
        return
    with transaction.atomic():
        opened = Endpoint.objects.listed().filter(pk=endpoint.pk, version=version)
        if not opened.update(**changed, version=F("version") + 1):
            endpoint.refresh_from_db()
            raise EditedMeanwhile(
                _("Somebody saved this webhook since you opened it. Look at what it holds now, then save again."),
                version=endpoint.version,
                theirs={name: getattr(endpoint, name) for name in wanted},
            )
        data = {name: name in changed for name in wanted}
        record("webhooks.endpoint_changed", by=by, at=at, subject=("endpoint", endpoint.pk), data=data)
    endpoint.refresh_from_db()
