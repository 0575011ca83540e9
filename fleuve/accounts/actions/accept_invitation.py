"""Come in by an invitation."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.accounts.actions.change_membership import join_team
from fleuve.accounts.actions.create_user import create_user
from fleuve.accounts.actions.use_link import use_link
from fleuve.accounts.models import OneTimeLink, User
from fleuve.kernel.principal import Principal

__all__ = ["accept_invitation"]


def accept_invitation(*, token: str, name: str, password: str, language: str, at: datetime) -> User:
    """A user of the invited address and role, with a password of their own."""
    with transaction.atomic():
        link = use_link(token=token, purpose=OneTimeLink.Purpose.INVITATION, at=at)
        # The invitation carries its owner's permission to create exactly this user.
        inviter = Principal("link", str(link.pk), link.issued_by_label, "owner")
        user = create_user(
            email=link.email, name=name, role=link.role, password=password, language=language, by=inviter, at=at
        )
        if link.team is not None and link.team.removed_at is None:
            join_team(team=link.team, user=user, by=inviter, at=at)
        return user
