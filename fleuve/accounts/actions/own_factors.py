"""Who may set up or take away a second factor: its person, and nobody for them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from fleuve.accounts.models import RecoveryCode, User
from fleuve.accounts.queries.factors import has_factor
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import Principal

__all__ = ["drop_codes_without_factor", "refuse_others"]


def refuse_others(user: User, by: Principal) -> None:
    """Raise ``PermissionRefused`` unless it is this person, signed in: no key acts for them here."""
    if by.kind != "user" or by.id != str(user.pk):
        raise PermissionRefused(_("You may change how you yourself sign in, and nobody else."))


def drop_codes_without_factor(user: User) -> None:
    """Recovery codes stand in for a factor: without one they would open nothing and say that they do."""
    if not has_factor(user):
        RecoveryCode.objects.filter(user=user).delete()
