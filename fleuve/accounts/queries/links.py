"""One-time links as they are looked up."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from fleuve.accounts.errors import LinkRefused
from fleuve.accounts.models import OneTimeLink
from fleuve.accounts.rules import digest_of

__all__ = ["link_for", "link_used"]


def link_for(token: str, purpose: str, at: datetime) -> OneTimeLink:
    """The open link of this token; raises ``LinkRefused`` with the reason otherwise."""
    link = OneTimeLink.objects.filter(digest=digest_of(token), purpose=purpose).select_related("user").first()
    if link is None:
        raise LinkRefused(_("This link is not one of ours. Check that it was copied whole, or ask for a new one."))
    if link.used_at is not None:
        raise link_used()
    if link.withdrawn_at is not None:
        sentence = _("This link was withdrawn. Ask an owner of the workspace for a new one.")
        raise LinkRefused(sentence, code="link_withdrawn")
    if link.expires_at <= at:
        raise LinkRefused(_("This link is too old. Ask for a new one."), code="link_expired")
    return link


def link_used() -> LinkRefused:
    """The refusal of a link that has opened what it opens."""
    sentence = _("This link has been used: each opens once. Sign in, or ask for a new one.")
    return LinkRefused(sentence, code="link_used")
