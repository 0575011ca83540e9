"""Invite a colleague by a link to hand over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.actions.issue_link import IssuedLink, issue_link
from fleuve.accounts.errors import EmailTaken
from fleuve.accounts.models import OneTimeLink, Team, User
from fleuve.accounts.rules import normal_email
from fleuve.kernel.principal import Principal, require

__all__ = ["invite_colleague"]


def invite_colleague(
    *, email: str, name: str, role: str, team: Team | None = None, by: Principal, at: datetime
) -> IssuedLink:
    """An invitation; an earlier open one to the same address is withdrawn. Raises ``EmailTaken``."""
    require(by, "manage_users")
    address = normal_email(email)
    with transaction.atomic():
        if User.objects.filter(email=address).exists():
            sentence = _("Someone signs in with %(email)s already. Open their line to change what they may do.")
            raise EmailTaken(sentence % {"email": address})
        earlier = OneTimeLink.objects.open_at(at).filter(purpose=OneTimeLink.Purpose.INVITATION, email=address)
        earlier.update(withdrawn_at=at)
        return issue_link(
            purpose=OneTimeLink.Purpose.INVITATION,
            email=address,
            name=name.strip(),
            role=User.Role(role).value,
            team=team,
            by=by,
            at=at,
        )
