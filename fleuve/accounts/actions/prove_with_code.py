"""Prove who one is by a code: of the app, or one from the paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fleuve.accounts.actions.notify import notify
from fleuve.accounts.codes import (
    drift_seconds,
    is_recovery_code,
    matching_step,
    normal_code,
    recovery_digest,
)
from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.models import Authenticator, RecoveryCode, User
from fleuve.accounts.sealing import unsealed_secret
from fleuve.events import record
from fleuve.kernel.principal import SYSTEM, Principal, require
from fleuve.kernel.sealing import SealBroken

__all__ = ["Proof", "prove_with_code"]

_log = structlog.get_logger("fleuve.accounts")


@dataclass(frozen=True)
class Proof:
    """What was shown: ``app`` or ``recovery``; how far the app's clock is off, and how many codes are left on paper."""

    factor: str
    drift_seconds: int = 0
    codes_left: int | None = None


def prove_with_code(*, user: User, code: str, by: Principal, at: datetime) -> Proof:
    """Take a code of ``user``, once. Raises ``FactorRefused``.

    Two who type one code at once meet on a conditional UPDATE: exactly one of them passes, on either database.
    """
    require(by, "read")
    given = normal_code(code)
    with transaction.atomic():
        return _recovery(user, given, by, at) if is_recovery_code(given) else _app(user, given, at)


def _app(user: User, code: str, at: datetime) -> Proof:
    app = Authenticator.objects.filter(user=user, confirmed_at__isnull=False).first()
    step = matching_step(_secret(app), code, at) if app else None
    if app is None or step is None:
        raise FactorRefused(_("This code is not right. Codes change every half minute: type the one shown now."))
    unused = Authenticator.objects.filter(Q(last_step=None) | Q(last_step__lt=step), pk=app.pk)
    if not unused.update(last_step=step, last_used_at=at):
        raise FactorRefused(_("This code was used already. Wait for the next one."), code="factor_used")
    drift = drift_seconds(step, at)
    if drift:
        _log.info("clock of an authenticator app differs", seconds=drift)
    return Proof("app", drift)


def _recovery(user: User, code: str, by: Principal, at: datetime) -> Proof:
    unused = RecoveryCode.objects.filter(user=user, digest=recovery_digest(user.pk, code), used_at=None)
    if not unused.update(used_at=at):
        sentence = _("This recovery code is not one of yours, or was used before: each works once.")
        raise FactorRefused(sentence)
    left = RecoveryCode.objects.filter(user=user, used_at=None).count()
    record("accounts.recovery_code_used", by=by, at=at, subject=("user", user.pk), data={"left": left})
    # Told by Fleuve and not by themselves: whoever did not use it should read of it.
    notify([user.pk], "recovery_used", ("user", user.pk), SYSTEM, at)
    return Proof("recovery", codes_left=left)


def _secret(app: Authenticator) -> str:
    try:
        return unsealed_secret(app.secret, app.user_id)
    except SealBroken as broken:
        sentence = _(
            "This install cannot read the secret of your app, which another one sealed. Use a recovery code, or ask an "
            "owner to reset your second factor."
        )
        raise FactorRefused(sentence, code="factor_unreadable") from broken
