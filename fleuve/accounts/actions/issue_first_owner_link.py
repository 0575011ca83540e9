"""Print the way in of an empty workspace."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.actions.issue_link import IssuedLink, issue_link
from fleuve.accounts.errors import AlreadyFounded
from fleuve.accounts.models import OneTimeLink
from fleuve.accounts.queries import has_owner
from fleuve.kernel.principal import Principal, require

__all__ = ["issue_first_owner_link"]


def issue_first_owner_link(*, by: Principal, at: datetime) -> IssuedLink:
    """A link that creates the first owner; an earlier unused one stops working.

    Raises ``AlreadyFounded`` once the workspace has had an owner.
    """
    require(by, "manage_users")
    with transaction.atomic():
        if has_owner():
            raise AlreadyFounded(_("This workspace has its owner already. Sign in, or ask them to invite you."))
        OneTimeLink.objects.filter(purpose=OneTimeLink.Purpose.FIRST_OWNER, used_at=None).delete()
        return issue_link(purpose=OneTimeLink.Purpose.FIRST_OWNER, by=by, at=at)
