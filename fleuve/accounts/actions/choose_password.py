"""Choose a new password by the link that an owner handed over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.actions.change_password import set_password
from fleuve.accounts.actions.use_link import use_link
from fleuve.accounts.errors import LinkRefused
from fleuve.accounts.models import OneTimeLink, User

__all__ = ["choose_password"]


def choose_password(*, token: str, password: str, at: datetime) -> User:
    """The link's user has a new password, and every session of theirs ends."""
    with transaction.atomic():
        link = use_link(token=token, purpose=OneTimeLink.Purpose.PASSWORD, at=at)
        if link.user is None or not link.user.is_active:
            raise LinkRefused(_("This access is closed. Ask an owner of the workspace to open it again."))
        set_password(user=link.user, password=password, by=link.user.principal, at=at)
        return link.user
