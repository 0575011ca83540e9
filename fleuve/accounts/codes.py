"""Codes of authenticator apps (RFC 6238) and recovery codes, on plain values. The tables are in docs/rules/sign-in.md.

The time comes from whoever calls: the server's clock is the one that counts.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest
from typing import Final

import pyotp

__all__ = [
    "RECOVERY_CODES",
    "STEP_SECONDS",
    "drift_seconds",
    "grouped",
    "is_recovery_code",
    "matching_step",
    "new_recovery_codes",
    "new_secret",
    "normal_code",
    "recovery_digest",
    "secret_link",
    "step_at",
]

STEP_SECONDS: Final = 30
RECOVERY_CODES: Final = 10
_DIGITS: Final = 6
# Without I, L, O and U: what looks alike on paper is one letter, and no word comes out by accident.
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE: Final = str.maketrans("ILO", "110")
# 80 bits: a copy of the digests lets nobody guess one, without a slow hash at every try.
_RECOVERY_LENGTH: Final = 16


def new_secret() -> str:
    """160 random bits in the spelling that apps read."""
    return pyotp.random_base32(32)


def secret_link(secret: str, *, account: str, issuer: str) -> str:
    """The address that the QR code holds: it names the account in the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def step_at(at: datetime) -> int:
    """The half minute of a moment, counted since 1970."""
    return int(at.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """The half minute to which a code belongs: this one, the one before or the one after; nothing otherwise.

    All three are compared whatever the first says, so that the answer's time tells nothing.
    """
    if len(code) != _DIGITS or not (code.isascii() and code.isdigit()):
        return None
    now, app = step_at(at), pyotp.TOTP(secret)
    steps = [step for step in (now - 1, now, now + 1) if compare_digest(app.generate_otp(step), code)]
    return steps[-1] if steps else None


def drift_seconds(step: int, at: datetime) -> int:
    """How far the app's clock is from ours, to the half minute; ahead is positive."""
    return (step - step_at(at)) * STEP_SECONDS


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes of sixteen letters and digits."""
    return tuple("".join(secrets.choice(_LETTERS) for _ in range(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES))


def normal_code(typed: str) -> str:
    """A code as it is compared: no spaces or hyphens, capitals, look-alikes as one."""
    plain = "".join(letter for letter in typed if letter.isalnum())
    return plain if plain.isdigit() and len(plain) == _DIGITS else plain.upper().translate(_ALIKE)


def is_recovery_code(code: str) -> bool:
    """Whether a normal code has the form of a recovery code."""
    return len(code) == _RECOVERY_LENGTH and set(code) <= set(_LETTERS)


def recovery_digest(user_id: int, code: str) -> str:
    """What is kept of a recovery code: the same letters on two people's papers are two digests."""
    return hashlib.sha256(f"{user_id}:{code}".encode()).hexdigest()


def grouped(code: str) -> str:
    """A long code in groups of four, as people copy it."""
    parts: Sequence[str] = [code[at : at + 4] for at in range(0, len(code), 4)]
    return " ".join(parts)
