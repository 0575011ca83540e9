"""Recovery codes: for the day when the phone is lost."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.actions.own_factors import refuse_others
from fleuve.accounts.codes import new_recovery_codes, recovery_digest
from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.models import RecoveryCode, User
from fleuve.accounts.queries.factors import has_factor
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["make_recovery_codes"]


def make_recovery_codes(*, user: User, by: Principal, at: datetime) -> tuple[str, ...]:
    """Ten new codes, shown this once; earlier ones open nothing any more. Raises ``FactorRefused``."""
    require(by, "read")
    refuse_others(user, by)
    if not has_factor(user):
        sentence = _("Recovery codes stand in for an app or a passkey. Set one of them up first.")
        raise FactorRefused(sentence, code="factor_missing")
    codes = new_recovery_codes()
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(user=user, digest=recovery_digest(user.pk, code), made_at=at) for code in codes
        )
        record("accounts.recovery_codes_made", by=by, at=at, subject=("user", user.pk), data={"codes": len(codes)})
    return codes
