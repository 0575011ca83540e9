"""Secrets at rest: sealed with a key that is not in the database, so that a copy of the database tells none of them.

The key is the install's own and is handed in. Each purpose derives a key of its own from it: what was sealed for one
cannot be opened as another.
"""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

__all__ = ["SealBroken", "seal", "unseal"]

_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12


class SealBroken(Exception):
    """Sealed with another key, for another purpose, or altered since: nothing can be read."""


def seal(plain: bytes, *, key: str, purpose: str) -> bytes:
    """Seal ``plain`` (AES-256-GCM): a version, a nonce, and the text with its tag."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _VERSION + nonce + _cipher(key, purpose).encrypt(nonce, plain, purpose.encode())


def unseal(sealed: bytes, *, key: str, purpose: str) -> bytes:
    """What ``seal`` was given. Raises ``SealBroken``."""
    nonce, text = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if sealed[:1] != _VERSION or len(nonce) != _NONCE_BYTES:
        raise SealBroken
    try:
        return _cipher(key, purpose).decrypt(nonce, text, purpose.encode())
    except InvalidTag as broken:
        raise SealBroken from broken


def _cipher(key: str, purpose: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"fleuve " + purpose.encode()).derive(key.encode())
    return AESGCM(derived)
