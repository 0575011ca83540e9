"""Who is in a team, and who is named as its lead. Past memberships stay on record."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from fleuve.accounts.models import Team, TeamMember, User
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["join_team", "leave_team"]


def join_team(*, team: Team, user: User, is_lead: bool = False, by: Principal, at: datetime) -> None:
    """Put somebody into a team, or change whether they lead it. Their rights change with their next click."""
    require(by, "manage_users")
    held = TeamMember.objects.filter(team=team, user=user, until_at=None)
    with transaction.atomic():
        if held.filter(is_lead=is_lead).exists():
            return
        if not held.update(is_lead=is_lead):
            _insert(team, user, is_lead, by, at)
        _record(team, user, "lead" if is_lead else "member", by, at)


def leave_team(*, team: Team, user: User, by: Principal, at: datetime) -> None:
    """Take somebody out of a team; done twice is done once."""
    require(by, "manage_users")
    with transaction.atomic():
        if TeamMember.objects.filter(team=team, user=user, until_at=None).update(until_at=at):
            _record(team, user, "left", by, at)


def _insert(team: Team, user: User, is_lead: bool, by: Principal, at: datetime) -> None:
    member = TeamMember(
        team=team, user=user, is_lead=is_lead, from_at=at, by_kind=by.kind, by_id=by.id, by_label=by.label
    )
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError:
        # Somebody else put them in at the same moment: they are in, which is what was asked.
        TeamMember.objects.filter(team=team, user=user, until_at=None).update(is_lead=is_lead)


def _record(team: Team, user: User, change: str, by: Principal, at: datetime) -> None:
    data = {"change": change, "user": str(user.pk)}
    record("accounts.team_changed", by=by, at=at, subject=("team", team.pk), data=data)
