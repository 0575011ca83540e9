"""Help somebody who lost their phone and their paper: they sign in with the password alone, and begin anew."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.actions.notify import notify
from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.models import Authenticator, Passkey, RecoveryCode, User
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["reset_second_factor"]


def reset_second_factor(*, user: User, by: Principal, at: datetime) -> int:
    """Take away every factor of ``user`` and answer how many; they are told. Raises ``FactorRefused``.

    Nobody resets their own by this way: it would make a stolen session enough to be rid of the factor.
    """
    require(by, "manage_users", user)
    if by.user_id == user.pk:
        sentence = _("Remove your own app and passkeys on your own page. A colleague who manages users can reset them.")
        raise FactorRefused(sentence, code="factor_own")
    with transaction.atomic():
        apps, passkeys = Authenticator.objects.filter(user=user), Passkey.objects.filter(user=user)
        gone = int(apps.delete()[0]) + int(passkeys.delete()[0])
        RecoveryCode.objects.filter(user=user).delete()
        if gone:
            record("accounts.second_factor_reset", by=by, at=at, subject=("user", user.pk), data={"factors": gone})
            notify([user.pk], "factor_reset", ("user", user.pk), by, at)
    return gone
