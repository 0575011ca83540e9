"""Take back a link that was handed out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.accounts.models import OneTimeLink
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["withdraw_link"]


def withdraw_link(*, link: OneTimeLink, by: Principal, at: datetime) -> None:
    """The link opens nothing any more; a used or withdrawn one stays as it is."""
    require(by, "manage_users", link)
    with transaction.atomic():
        if OneTimeLink.objects.open_at(at).filter(pk=link.pk).update(withdrawn_at=at):
            record("accounts.link_withdrawn", by=by, at=at, subject=("link", link.pk), data={"purpose": link.purpose})
