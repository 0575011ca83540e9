"""Decisions about people who sign in, on plain values. The tables are in docs/rules/permissions.md."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

__all__ = ["LINK_LIFETIMES", "digest_of", "leaves_no_owner", "new_token", "normal_email"]

LINK_LIFETIMES: Final = {
    "first_owner": timedelta(hours=24),
    "invitation": timedelta(days=7),
    "password": timedelta(hours=24),
    "entry": timedelta(hours=1),
}


def new_token() -> str:
    """256 random bits: what a one-time link carries and nobody keeps."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is kept of a token. A slow hash would add nothing: nobody guesses 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def normal_email(address: str) -> str:
    """One spelling per mailbox: trimmed, lower case."""
    return address.strip().lower()


def leaves_no_owner(*, was_active_owner: bool, will_be_active_owner: bool, other_active_owners: int) -> bool:
    """Whether a change would leave a workspace that nobody can manage."""
    return was_active_owner and not will_be_active_owner and other_active_owners == 0
