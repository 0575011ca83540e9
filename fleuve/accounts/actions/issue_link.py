"""Make a one-time link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fleuve.accounts.models import OneTimeLink, Team, User
from fleuve.accounts.rules import LINK_LIFETIMES, digest_of, new_token
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["IssuedLink", "issue_link"]


@dataclass(frozen=True)
class IssuedLink:
    """A link and its token, which is shown once and kept nowhere."""

    link: OneTimeLink
    token: str


def issue_link(
    *,
    purpose: str,
    user: User | None = None,
    email: str = "",
    name: str = "",
    role: str = "",
    team: Team | None = None,
    by: Principal,
    at: datetime,
) -> IssuedLink:
    """Write a new link of ``purpose`` and answer its token. Belongs in the caller's transaction."""
    require(by, "manage_users")
    token = new_token()
    link = OneTimeLink.objects.create(
        purpose=purpose,
        digest=digest_of(token),
        user=user,
        email=email,
        name=name,
        role=role,
        team=team,
        issued_at=at,
        issued_by_label=by.label,
        expires_at=at + LINK_LIFETIMES[purpose],
    )
    record("accounts.link_issued", by=by, at=at, subject=("link", link.pk), data={"purpose": purpose})
    return IssuedLink(link, token)
