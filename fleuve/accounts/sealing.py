"""How secrets of authenticator apps are kept: sealed with the key of this install, which is read here."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from fleuve.kernel.sealing import seal, unseal

__all__ = ["sealed_secret", "unsealed_secret"]

_PURPOSE: Final = "second factor of user"


def sealed_secret(secret: str, user_id: int) -> bytes:
    """A secret as the table holds it: bound to its person, so that a row copied to another opens nothing."""
    return seal(secret.encode(), key=settings.SECRET_KEY, purpose=f"{_PURPOSE} {user_id}")


def unsealed_secret(sealed: bytes | memoryview, user_id: int) -> str:
    """The secret again. Raises ``SealBroken``: after a restore without the install's key, say."""
    return unseal(bytes(sealed), key=settings.SECRET_KEY, purpose=f"{_PURPOSE} {user_id}").decode()
