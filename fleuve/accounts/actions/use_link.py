"""Take a one-time link, once."""

from __future__ import annotations

from datetime import datetime

from fleuve.accounts.models import OneTimeLink
from fleuve.accounts.queries import link_for, link_used

__all__ = ["use_link"]


def use_link(*, token: str, purpose: str, at: datetime) -> OneTimeLink:
    """Mark the link used and answer it. Who holds the token may: the token is the permission.

    Two who ask at once meet on one conditional UPDATE, so that exactly one passes on either database. Belongs in the
    transaction of what the link opens: if that fails, the link is still good.
    """
    link = link_for(token, purpose, at)
    if not OneTimeLink.objects.open_at(at).filter(pk=link.pk).update(used_at=at):
        raise link_used()
    link.used_at = at
    return link
