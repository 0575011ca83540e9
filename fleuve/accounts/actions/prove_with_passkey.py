"""Prove who one is by what a passkey signed."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fleuve.accounts.actions.notify import notify
from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.models import Passkey
from fleuve.accounts.passkeys import Signed
from fleuve.events import record
from fleuve.kernel.principal import SYSTEM, Principal, require

__all__ = ["prove_with_passkey"]


def prove_with_passkey(*, passkey: Passkey, signed: Signed, challenge: bytes, by: Principal, at: datetime) -> None:
    """Take a checked signature, once. Raises ``FactorRefused``.

    Devices that count their signatures count upwards: one that does not may be a copy, and is refused. Devices that do
    not count say 0 for ever. Two answers to one challenge meet on a conditional UPDATE, and one of them passes.
    """
    require(by, "read")
    digest = hashlib.sha256(challenge).hexdigest()
    counts_upwards = Q(sign_count__lt=signed.sign_count)
    if signed.sign_count == 0:
        counts_upwards |= Q(sign_count=0)
    good = Passkey.objects.filter(counts_upwards, pk=passkey.pk).exclude(last_challenge=digest)
    news = {"sign_count": signed.sign_count, "last_challenge": digest, "is_backed_up": signed.is_backed_up}
    if good.update(last_used_at=at, **news):
        return
    if Passkey.objects.filter(pk=passkey.pk, last_challenge=digest).exists():
        raise FactorRefused(_("This answer of the passkey was used already. Try again."), code="factor_used")
    _doubt(passkey, by, at)
    sentence = _(
        "This passkey has signed more often elsewhere: there may be a copy of it. Choose another way, and remove it."
    )
    raise FactorRefused(sentence, code="passkey_doubted")


def _doubt(passkey: Passkey, by: Principal, at: datetime) -> None:
    """Tell the trail and its person, in a transaction of its own: the refusal that follows must not take it back."""
    with transaction.atomic():
        about = ("user", passkey.user_id)
        record("accounts.passkey_doubted", by=by, at=at, subject=about, data={"passkey": str(passkey.pk)})
        notify([passkey.user_id], "passkey_doubted", about, SYSTEM, at)
