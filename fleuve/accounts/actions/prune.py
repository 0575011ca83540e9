"""Forget what accounts need no longer: ended sessions, old links, old wrong passwords."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from fleuve.accounts.models import Notice, OneTimeLink, Visit
from fleuve.kernel.principal import Principal, require

__all__ = ["prune"]

_KEEP_LINKS: Final = timedelta(days=30)
_KEEP_VISITS: Final = timedelta(days=90)
_KEEP_NOTICES: Final = timedelta(days=180)
_KEEP_ATTEMPTS: Final = timedelta(days=1)


def prune(*, by: Principal, at: datetime) -> dict[str, object]:
    """Delete them and answer how many. The link of first start stays: it tells that first start is over."""
    require(by, "operate")
    links = OneTimeLink.objects.filter(expires_at__lt=at - _KEEP_LINKS)
    doomed = {
        "sessions": Session.objects.filter(expire_date__lt=at),
        "links": links.exclude(purpose=OneTimeLink.Purpose.FIRST_OWNER),
        "visits": Visit.objects.filter(seen_at__lt=at - _KEEP_VISITS),
        "notices": Notice.objects.filter(at__lt=at - _KEEP_NOTICES),
        "attempts": AccessAttempt.objects.filter(attempt_time__lt=at - _KEEP_ATTEMPTS),
    }
    return {name: rows.delete()[0] for name, rows in doomed.items()}
