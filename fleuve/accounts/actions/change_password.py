"""Choose a new password."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.actions.create_user import check_password_rules
from fleuve.accounts.errors import PasswordRefused
from fleuve.accounts.models import User
from fleuve.events import record
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import Principal, require

__all__ = ["change_password", "set_password"]


def change_password(*, user: User, current: str, new: str, by: Principal, at: datetime) -> None:
    """Change one's own password; every other session of this user ends. Raises ``PasswordRefused``."""
    require(by, "read")
    if by.id != str(user.pk):
        raise PermissionRefused(_("You may change your own password only. Send your colleague a link instead."))
    if not user.check_password(current):
        raise PasswordRefused(_("This is not your present password."), code="password_wrong")
    set_password(user=user, password=new, by=by, at=at)


def set_password(*, user: User, password: str, by: Principal, at: datetime) -> None:
    """Store a new password. The stored hash is part of every session's key, so that old sessions fall."""
    check_password_rules(password, user)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        record("accounts.password_changed", by=by, at=at, subject=("user", user.pk))
