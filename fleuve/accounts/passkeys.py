"""Passkeys: at which address they work, what a device is asked, and whether what it answers holds.

A passkey belongs to a name, which browsers take from the address: to the host of ``FLEUVE_URL``, or to ``localhost``
where Fleuve runs on one's own machine. A number such as 127.0.0.1 is no name: there passkeys are not offered.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.models import Passkey, User

__all__ = [
    "NewPasskey",
    "PasskeyPlace",
    "Signed",
    "checked_registration",
    "checked_signature",
    "credential_named",
    "passkey_place",
    "registration_options",
    "signing_options",
]

_LONGEST_ANSWER: Final = 20_000
_LONGEST_ID: Final = 1023
_TRANSPORTS: Final = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})


@dataclass(frozen=True)
class PasskeyPlace:
    """The name that passkeys belong to here and the origin that signs; or, without a name, why there are none."""

    name: str = ""
    origin: str = ""
    reason: str = ""

    @property
    def is_possible(self) -> bool:
        """Whether passkeys work at the address of this request."""
        return bool(self.name)


@dataclass(frozen=True)
class NewPasskey:
    """What a device answered when it was asked for a key, checked."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    is_backed_up: bool
    relying_party: str


@dataclass(frozen=True)
class Signed:
    """What a device signed, checked but for its count, which the table compares."""

    sign_count: int
    is_verified: bool
    is_backed_up: bool


def passkey_place(request: HttpRequest) -> PasskeyPlace:
    """Where passkeys stand for this request."""
    public = urlsplit(settings.FLEUVE_URL)
    here = urlsplit(f"//{request.get_host()}")
    host, port = here.hostname or "", here.port
    if public.hostname and not _is_number(public.hostname):
        if host != public.hostname:
            return _impossible(settings.FLEUVE_URL)
        if public.scheme != "https" and host != "localhost":
            return PasskeyPlace(reason=_("Browsers keep passkeys for encrypted addresses only: open Fleuve by https."))
        return PasskeyPlace(host, f"{public.scheme}://{public.netloc}")
    if host == "localhost":
        return PasskeyPlace(host, f"{request.scheme}://{request.get_host()}")
    return _impossible(f"http://localhost{f':{port}' if port else ''}")


def _impossible(address: str) -> PasskeyPlace:
    sentence = _("Passkeys belong to the name of an address, and not to this one. Open %(address)s to use them.")
    return PasskeyPlace(reason=sentence % {"address": address})


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _handle(user: User) -> bytes:
    """How a device files its keys by person: a number that means nothing outside."""
    return int(user.pk).to_bytes(8, "big")


def registration_options(user: User, known: Iterable[Passkey], challenge: bytes, place: PasskeyPlace) -> dict[str, Any]:
    """What a browser hands a device that shall make a key."""
    options = webauthn.generate_registration_options(
        rp_id=place.name,
        rp_name="Fleuve",
        user_id=_handle(user),
        user_name=user.email,
        user_display_name=user.name,
        challenge=challenge,
        exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return options_to_json_dict(options)


def signing_options(known: Iterable[Passkey], challenge: bytes, place: PasskeyPlace, *, alone: bool) -> dict[str, Any]:
    """What a browser hands a device that shall sign; ``alone``, the device must know its person by itself."""
    verification = UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED
    options = webauthn.generate_authentication_options(
        rp_id=place.name, challenge=challenge, allow_credentials=_described(known), user_verification=verification
    )
    return options_to_json_dict(options)


def _described(known: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    # Without transports: a browser asks every way that it has, and none is forgotten that a device learnt since.
    return [PublicKeyCredentialDescriptor(id=bytes(one.credential_id)) for one in known]


def credential_named(answer: str) -> bytes:
    """The number of the key that an answer says it comes from. Raises ``FactorRefused``."""
    try:
        if len(answer) > _LONGEST_ANSWER:
            raise ValueError
        found = base64url_to_bytes(json.loads(answer)["rawId"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _unreadable() from error
    if not 0 < len(found) <= _LONGEST_ID:
        raise _unreadable()
    return found


def checked_registration(answer: str, challenge: bytes, place: PasskeyPlace) -> NewPasskey:
    """A new key, if the device answered this challenge at this address. Raises ``FactorRefused``."""
    credential_named(answer)
    try:
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.name,
            expected_origin=place.origin,
        )
        told = json.loads(answer)["response"].get("transports") or []
        transports = tuple(sorted(_TRANSPORTS.intersection(map(str, told))))
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _refused() from error
    return NewPasskey(
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        transports=transports,
        is_backed_up=verified.credential_backed_up,
        relying_party=place.name,
    )


def checked_signature(
    answer: str, passkey: Passkey, challenge: bytes, place: PasskeyPlace, *, alone: bool = False
) -> Signed:
    """What was signed, if ``passkey`` signed this challenge at this address. Raises ``FactorRefused``."""
    try:
        _check_person(answer, passkey)
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.name,
            expected_origin=place.origin,
            credential_public_key=bytes(passkey.public_key),
            # Compared by the table, after the signature: a stranger must not be able to raise doubts about a key.
            credential_current_sign_count=0,
            require_user_verification=alone,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _refused() from error
    return Signed(verified.new_sign_count, verified.user_verified, verified.credential_backed_up)


def _check_person(answer: str, passkey: Passkey) -> None:
    told = json.loads(answer)["response"].get("userHandle")
    if told and base64url_to_bytes(told) != _handle(passkey.user):
        raise ValueError("the device files this key under somebody else")


def _unreadable() -> FactorRefused:
    return FactorRefused(_("The answer of the passkey could not be read. Try again."), code="passkey_refused")


def _refused() -> FactorRefused:
    sentence = _("This passkey does not prove it is you here. Try again, or choose another way.")
    return FactorRefused(sentence, code="passkey_refused")
