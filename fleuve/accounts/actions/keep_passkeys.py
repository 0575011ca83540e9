"""Register a passkey, and take one away."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fleuve.accounts.actions.own_factors import drop_codes_without_factor, refuse_others
from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.models import Passkey, User
from fleuve.accounts.passkeys import NewPasskey
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["add_passkey", "remove_passkey"]


def add_passkey(*, user: User, name: str, key: NewPasskey, by: Principal, at: datetime) -> Passkey:
    """Keep the public half of a device's key. Raises ``FactorRefused`` when somebody registered it already."""
    require(by, "read")
    refuse_others(user, by)
    passkey = Passkey(
        user=user,
        name=name.replace("\x00", "").strip()[:60] or _("Passkey"),
        credential_id=key.credential_id,
        credential_digest=hashlib.sha256(key.credential_id).hexdigest(),
        public_key=key.public_key,
        sign_count=key.sign_count,
        transports=list(key.transports),
        relying_party=key.relying_party,
        is_backed_up=key.is_backed_up,
        created_at=at,
    )
    try:
        with transaction.atomic():
            passkey.save(force_insert=True)
            record("accounts.passkey_added", by=by, at=at, subject=("user", user.pk), data={"passkey": str(passkey.pk)})
    except IntegrityError as error:
        raise FactorRefused(_("This passkey is registered already."), code="passkey_known") from error
    return passkey


def remove_passkey(*, passkey: Passkey, by: Principal, at: datetime) -> None:
    """The key opens nothing any more; done twice is done once."""
    require(by, "read")
    refuse_others(passkey.user, by)
    with transaction.atomic():
        number = passkey.pk
        gone, _rows = Passkey.objects.filter(pk=number).delete()
        if gone:
            drop_codes_without_factor(passkey.user)
            data = {"passkey": str(number)}
            record("accounts.passkey_removed", by=by, at=at, subject=("user", passkey.user_id), data=data)
