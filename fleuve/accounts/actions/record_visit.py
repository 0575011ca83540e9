"""Write down that someone came in or went out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.accounts.models import User, Visit
from fleuve.accounts.rules import digest_of
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["follow_visit", "record_sign_in", "record_sign_out", "see_visit"]


def record_sign_in(
    *,
    user: User,
    way: str,
    factor: str = "",
    session_key: str = "",
    place: str = "",
    device: str = "",
    by: Principal,
    at: datetime,
) -> None:
    """``way`` is ``password``, ``passkey`` or the purpose of a link, ``factor`` the second factor shown.

    ``place`` and ``device`` tell sessions apart.
    """
    require(by, "read")
    with transaction.atomic():
        if session_key:
            Visit.objects.create(
                user=user,
                session_digest=digest_of(session_key),
                started_at=at,
                seen_at=at,
                way=way,
                factor=factor,
                place=place[:45],
                device=device[:200],
            )
        data = {"way": way, "factor": factor} if factor else {"way": way}
        record("accounts.user_signed_in", by=by, at=at, subject=("user", user.pk), data=data)


def record_sign_out(*, user: User, session_key: str = "", by: Principal, at: datetime) -> None:
    """They left by themselves; a session that ran out leaves no fact."""
    require(by, "read")
    with transaction.atomic():
        if session_key:
            Visit.objects.filter(session_digest=digest_of(session_key), ended_at=None).update(ended_at=at)
        record("accounts.user_signed_out", by=by, at=at, subject=("user", user.pk))


def see_visit(session_key: str, at: datetime) -> None:
    """The session was used just now. Called once a minute at most, by whoever guards the limits of sessions."""
    Visit.objects.filter(session_digest=digest_of(session_key), ended_at=None).update(seen_at=at)


def follow_visit(earlier_key: str, session_key: str) -> None:
    """The same session goes on under another key."""
    Visit.objects.filter(session_digest=digest_of(earlier_key)).update(session_digest=digest_of(session_key))
