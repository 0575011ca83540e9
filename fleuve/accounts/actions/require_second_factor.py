"""Say which roles come in with a second factor only."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.models import User
from fleuve.accounts.queries import stored_organisation
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["require_second_factor"]


def require_second_factor(*, roles: Collection[str], by: Principal, at: datetime) -> None:
    """From their next click on, people of these roles who lack a second factor are led to set one up."""
    require(by, "manage_users")
    if set(roles) - set(User.Role.values):
        raise FactorRefused(_("Choose among the roles offered."), code="role_unknown")
    with transaction.atomic():
        current = stored_organisation()
        before, wanted = list(current.second_factor_roles), [role for role in User.Role.values if role in roles]
        if current._state.adding:
            current.created_at = at
        if before != wanted:
            current.second_factor_roles = wanted
            current.save()
            data = {"from": before, "to": wanted}
            record("accounts.second_factor_required", by=by, at=at, data=data)
