"""How secrets are kept: sealed with the key of this install, which is read here and nowhere else of this module."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

from django.conf import settings

from fleuve.kernel.sealing import seal, unseal
from fleuve.webhooks.models import Endpoint

__all__ = ["fresh_secret", "live_secrets", "sealed"]

_PURPOSE: Final = "webhook secrets"
_SECRET_BYTES: Final = 32


def fresh_secret() -> bytes:
    """A new secret, as long as the digest that it keys."""
    return secrets.token_bytes(_SECRET_BYTES)


def sealed(secret: bytes) -> bytes:
    """A secret as the table holds it."""
    return seal(secret, key=settings.SECRET_KEY, purpose=_PURPOSE)


def live_secrets(endpoint: Endpoint, at: datetime) -> tuple[bytes, ...]:
    """What signs for an endpoint at this moment, the newest first. Raises ``SealBroken``."""
    kept = [endpoint.secret]
    if endpoint.former_secret and endpoint.former_until and at < endpoint.former_until:
        kept.append(endpoint.former_secret)
    return tuple(unseal(bytes(one), key=settings.SECRET_KEY, purpose=_PURPOSE) for one in kept)
