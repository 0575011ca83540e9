"""Decisions about people who sign in, on plain values. The tables are in docs/rules/permissions.md."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final, Literal

from fleuve.kernel.principal import GRANTABLE, ROLE_VERBS

__all__ = [
    "LINK_LIFETIMES",
    "digest_of",
    "leaves_no_owner",
    "new_token",
    "normal_email",
    "rights_offered",
    "says_device",
]

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


def rights_offered(role: str) -> dict[str, tuple[Literal["given", "taken"], ...]]:
    """The rights that may differ from the role's for one person: what can be given, and what can be taken.

    Seeing is what a role is for: whoever shall not see has their access closed.
    """
    if role == "owner":
        return {}
    given: dict[str, tuple[Literal["given", "taken"], ...]] = dict.fromkeys(GRANTABLE[role], ("given",))
    return given | dict.fromkeys(ROLE_VERBS[role] - {"read"}, ("taken",))


def says_device(agent: str) -> str:
    """What a browser says of itself, in the words of the people who use it: ``Firefox · Windows``."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return " · ".join(part for part in (browser, system) if part) or agent[:60]


# The first sign that is found decides: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
_BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
