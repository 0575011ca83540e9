"""Teams and who is in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fleuve.accounts.models import Team, TeamMember, User
from fleuve.kernel.principal import Principal

__all__ = ["TeamLine", "members_of", "removed_teams", "teams_of", "teams_page"]


@dataclass(frozen=True)
class TeamLine:
    """A team as listed: its people by name, leads first."""

    team: Team
    members: tuple[TeamMember, ...]

    @property
    def leads(self) -> tuple[TeamMember, ...]:
        """Those who lead it."""
        return tuple(one for one in self.members if one.is_lead)


def teams_page(principal: Principal) -> tuple[TeamLine, ...]:
    """Every team by name, with its people; two queries."""
    teams = list(Team.objects.visible_to(principal).open().order_by("name_folded"))
    held: dict[int, list[TeamMember]] = defaultdict(list)
    for member in _members(principal):
        held[member.team_id].append(member)
    return tuple(TeamLine(team, tuple(held[team.pk])) for team in teams)


def removed_teams(principal: Principal) -> tuple[Team, ...]:
    """Those in the trash, the latest first."""
    return tuple(Team.objects.visible_to(principal).exclude(removed_at=None).order_by("-removed_at")[:50])


def members_of(team: Team, principal: Principal) -> tuple[TeamMember, ...]:
    """Who is in a team now."""
    return tuple(one for one in _members(principal, team=team))


def teams_of(users: Sequence[User], principal: Principal) -> Mapping[int, tuple[Team, ...]]:
    """The teams of each user, in one query."""
    found: dict[int, list[Team]] = defaultdict(list)
    held = TeamMember.objects.visible_to(principal).now().filter(user__in=users)
    for member in held.select_related("team").order_by("team__name_folded"):
        found[member.user_id].append(member.team)
    return {user.pk: tuple(found[user.pk]) for user in users}


def _members(principal: Principal, team: Team | None = None) -> Sequence[TeamMember]:
    held = TeamMember.objects.visible_to(principal).now()
    if team is not None:
        held = held.filter(team=team)
    return list(held.select_related("user").order_by("-is_lead", "user__name", "pk"))
