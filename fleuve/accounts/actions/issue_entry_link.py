"""Print the way in of the packaged example, which has no password to know."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.actions.issue_link import IssuedLink, issue_link
from fleuve.accounts.errors import NotAnExample
from fleuve.accounts.models import OneTimeLink, User
from fleuve.accounts.queries import organisation
from fleuve.kernel.principal import Principal, require

__all__ = ["issue_entry_link"]


def issue_entry_link(*, user: User, by: Principal, at: datetime) -> IssuedLink:
    """A link that signs ``user`` in, once, within the hour. Raises ``NotAnExample`` on one's own data."""
    require(by, "manage_users", user)
    with transaction.atomic():
        if not organisation().is_example:
            raise NotAnExample(_("Only the example is opened by a printed link. Sign in with your password."))
        OneTimeLink.objects.open_at(at).filter(purpose=OneTimeLink.Purpose.ENTRY, user=user).update(withdrawn_at=at)
        return issue_link(purpose=OneTimeLink.Purpose.ENTRY, user=user, by=by, at=at)
