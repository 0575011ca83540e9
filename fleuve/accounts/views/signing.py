"""What a page does with the answer of a passkey, wherever it is asked for."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from fleuve.accounts.actions import prove_with_passkey
from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.models import Passkey, User
from fleuve.accounts.passkeys import checked_signature, credential_named, passkey_place
from fleuve.accounts.proof import take_challenge

__all__ = ["sign_by_passkey"]


def sign_by_passkey(request: HttpRequest, *, person: User | None, at: datetime) -> User:
    """Who signed the open challenge: ``person`` and nobody else where one is known. Raises ``FactorRefused``.

    Without a person the device must have made sure of its holder (by a finger, a face or a PIN): it is all that is
    asked then.
    """
    place, challenge = passkey_place(request), take_challenge(request, "sign", at)
    if challenge is None or not place.is_possible:
        raise FactorRefused(_("That took too long, or was answered before. Try again."), code="passkey_refused")
    answer = request.POST.get("answer", "")
    digest = hashlib.sha256(credential_named(answer)).hexdigest()
    # The key's own secret is the permission to look it up: nobody is signed in yet.
    passkey = Passkey.objects.filter(credential_digest=digest, user__is_active=True).select_related("user").first()
    if passkey is None or (person is not None and passkey.user_id != person.pk):
        raise FactorRefused(_("This passkey is not registered here for you."), code="passkey_refused")
    signed = checked_signature(answer, passkey, challenge, place, alone=person is None)
    user: User = passkey.user
    prove_with_passkey(passkey=passkey, signed=signed, challenge=challenge, by=user.principal, at=at)
    return user
