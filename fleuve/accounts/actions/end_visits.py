"""End sessions from another place: a browser left open elsewhere, a laptop that was lost."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.models import User, Visit
from fleuve.accounts.rules import digest_of
from fleuve.events import record
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import Principal, may, require

__all__ = ["end_visits"]


def end_visits(*, user: User, keep: str = "", only: Visit | None = None, by: Principal, at: datetime) -> int:
    """Sign ``user`` out of every session but the one of digest ``keep``, or of ``only`` one; answers how many.

    One ends one's own; whoever manages users ends anybody's. The session's key is kept nowhere but in the session:
    it is found again by the digest, among all that are open.
    """
    require(by, "read")
    if by.user_id != user.pk and not may(by, "manage_users"):
        raise PermissionRefused(_("You may end your own sessions only."))
    open_ones = Visit.objects.filter(user=user, ended_at=None).exclude(session_digest=keep)
    wanted = open_ones.filter(pk=only.pk) if only else open_ones
    with transaction.atomic():
        digests = set(wanted.values_list("session_digest", flat=True))
        ended = wanted.update(ended_at=at)
        if ended:
            keys = Session.objects.filter(expire_date__gt=at).values_list("session_key", flat=True)
            Session.objects.filter(session_key__in=[key for key in keys if digest_of(key) in digests]).delete()
            record("accounts.visit_ended", by=by, at=at, subject=("user", user.pk), data={"sessions": ended})
    return ended
