"""Help a colleague who forgot their password."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.accounts.actions.issue_link import IssuedLink, issue_link
from fleuve.accounts.models import OneTimeLink, User
from fleuve.kernel.principal import Principal, require

__all__ = ["issue_password_link"]


def issue_password_link(*, user: User, by: Principal, at: datetime) -> IssuedLink:
    """A link with which they choose a new password; an earlier open one is withdrawn."""
    require(by, "manage_users", user)
    with transaction.atomic():
        OneTimeLink.objects.open_at(at).filter(purpose=OneTimeLink.Purpose.PASSWORD, user=user).update(withdrawn_at=at)
        return issue_link(purpose=OneTimeLink.Purpose.PASSWORD, user=user, by=by, at=at)
