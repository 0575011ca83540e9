"""Sessions as their owner knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from fleuve.accounts.models import User, Visit
from fleuve.accounts.rules import digest_of, says_device
from fleuve.kernel.principal import Principal

__all__ = ["VisitLine", "visits_of"]

_MOST = 50
_WAYS = {"password": _("Password"), "passkey": _("Passkey")}
_FACTORS = {"app": _("app code"), "passkey": _("passkey"), "recovery": _("recovery code")}


@dataclass(frozen=True)
class VisitLine:
    """One session: whether it is this one, and whether it still opens anything."""

    visit: Visit
    device: str
    is_here: bool
    is_open: bool

    @property
    def proved_by(self) -> str:
        """How they came in: by a password, a passkey or a link, and by which second factor."""
        way = _WAYS.get(self.visit.way, _("One-time link"))
        factor = "" if self.visit.way == "passkey" else _FACTORS.get(self.visit.factor, "")
        return " · ".join(str(part) for part in (way, factor) if part)


def visits_of(
    user: User, principal: Principal, *, session_key: str, idle_seconds: int, hard_seconds: int, now: datetime
) -> tuple[VisitLine, ...]:
    """The sessions of ``user``, open ones first, the latest first. One that ran out is over though nobody ended it."""
    here = digest_of(session_key)
    lines = [
        VisitLine(
            visit=visit,
            device=says_device(visit.device),
            is_here=visit.session_digest == here,
            is_open=visit.ended_at is None
            and now - visit.seen_at <= timedelta(seconds=idle_seconds + 60)
            and now - visit.started_at <= timedelta(seconds=hard_seconds),
        )
        for visit in Visit.objects.visible_to(principal).filter(user=user).order_by("-seen_at", "-pk")[:_MOST]
    ]
    return tuple(sorted(lines, key=lambda line: (not line.is_open, not line.is_here)))
