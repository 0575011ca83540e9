"""Come into the example by the printed link."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.actions.use_link import use_link
from fleuve.accounts.errors import LinkRefused, NotAnExample
from fleuve.accounts.models import OneTimeLink, User
from fleuve.accounts.queries import organisation

__all__ = ["enter_example"]


def enter_example(*, token: str, at: datetime) -> User:
    """The link's user, who may now be signed in."""
    with transaction.atomic():
        link = use_link(token=token, purpose=OneTimeLink.Purpose.ENTRY, at=at)
        if not organisation().is_example:
            raise NotAnExample(_("Only the example is opened by a printed link. Sign in with your password."))
        if link.user is None or not link.user.is_active:
            raise LinkRefused(_("This access is closed. Ask an owner of the workspace to open it again."))
        return link.user
