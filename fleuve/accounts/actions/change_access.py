"""Change what someone may do, or whether they may come in at all. One owner always remains."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from fleuve.accounts.errors import LastOwner
from fleuve.accounts.models import Organisation, User
from fleuve.accounts.rules import leaves_no_owner
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["change_role", "disable_user", "enable_user"]


def change_role(*, user: User, role: str, by: Principal, at: datetime) -> None:
    """Give another role. Raises ``LastOwner``."""
    require(by, "manage_users", user)
    with transaction.atomic():
        before = _held(user)
        _keep_an_owner(before, role=User.Role(role).value, is_active=before.is_active)
        if before.role != role:
            User.objects.filter(pk=user.pk).update(role=role)
            roles = {"from": before.role, "to": role}
            record("accounts.role_changed", by=by, at=at, subject=("user", user.pk), data=roles)
    user.role = role


def disable_user(*, user: User, by: Principal, at: datetime) -> None:
    """Close someone's access; their open sessions end with their next click. Raises ``LastOwner``."""
    require(by, "manage_users", user)
    with transaction.atomic():
        before = _held(user)
        _keep_an_owner(before, role=before.role, is_active=False)
        if before.is_active:
            User.objects.filter(pk=user.pk).update(is_active=False)
            record("accounts.user_disabled", by=by, at=at, subject=("user", user.pk))
    user.is_active = False


def enable_user(*, user: User, by: Principal, at: datetime) -> None:
    """Open someone's access again, with the role that they had."""
    require(by, "manage_users", user)
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            record("accounts.user_enabled", by=by, at=at, subject=("user", user.pk))
    user.is_active = True


def _held(user: User) -> User:
    """The user as stored now, with changes of access one at a time.

    Two owners who disable each other at once would each still see the other. An UPDATE that changes nothing makes the
    second wait for the first on either database, without the row locks that SQLite does not have.
    """
    Organisation.objects.update(is_only=F("is_only"))
    stored: User = User.objects.get(pk=user.pk)
    return stored


def _keep_an_owner(before: User, *, role: str, is_active: bool) -> None:
    others = User.objects.active_owners().exclude(pk=before.pk).count()
    refused = leaves_no_owner(
        was_active_owner=before.is_active and before.role == User.Role.OWNER,
        will_be_active_owner=is_active and role == User.Role.OWNER,
        other_active_owners=others,
    )
    if refused:
        raise LastOwner(_("%(name)s is the only owner left. Make someone else an owner first.") % {"name": before.name})
