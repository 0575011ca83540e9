"""Operations about who asks, and who works here."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Query

from fleuve.accounts.models import Team, User
from fleuve.accounts.queries import members_of, names_of, organisation
from fleuve.api.callers import ApiRequest
from fleuve.api.paging import PageOf, Paging, answer_page, keyset
from fleuve.api.routes import Routes
from fleuve.api.schemas import Id, Out
from fleuve.kernel.principal import VERBS, may

__all__ = ["router"]

router = Routes("customers", title="Who asks")


class Me(Out):
    """The key, the person whom it acts for, and what the two may do together."""

    key_id: Id
    user_id: Id
    name: str
    role: str
    scopes: list[str]
    verbs: list[str]
    reads: str
    writes: str
    organisation: str
    currency: str
    timezone: str


class Colleague(Out):
    """Somebody who works here."""

    id: Id
    name: str
    role: str
    is_active: bool


class TeamOut(Out):
    """Who works with whom."""

    id: Id
    name: str
    members: list[Id]
    leads: list[Id]


@router.get("/me", response=Me, scope="", summary="Who am I")
def read_me(request: ApiRequest) -> object:
    """Whom the key acts for, what it may do and whose customers it reaches: `none`, `own`, `team` or `all`."""
    by, house = request.principal, organisation()
    user_id = by.user_id or 0
    return {
        "key_id": by.id,
        "user_id": str(user_id),
        "name": names_of([user_id]).get(user_id, ""),
        "role": by.role,
        "scopes": sorted(request.caller.scopes),
        "verbs": sorted(verb for verb in VERBS if may(by, verb)),
        "reads": by.read_reach,
        "writes": by.write_reach,
        "organisation": house.name,
        "currency": house.currency,
        "timezone": house.timezone,
    }


@router.get("/users", response=PageOf[Colleague], summary="List colleagues")
def list_users(request: ApiRequest, response: HttpResponse, paging: Query[Paging]) -> object:
    """Everybody who has or had access, by id: whoever may be an owner of customers or have tasks."""
    everybody = User.objects.all() if may(request.principal, "read") else User.objects.none()
    users, after = keyset(everybody, paging, order=("id",))
    items = ({"id": str(one.pk), "name": one.name, "role": one.role, "is_active": one.is_active} for one in users)
    return answer_page(request, response, items, after)


@router.get("/teams", response=PageOf[TeamOut], summary="List teams")
def list_teams(request: ApiRequest, response: HttpResponse, paging: Query[Paging]) -> object:
    """The teams and who is in them, by id."""
    teams, after = keyset(Team.objects.visible_to(request.principal).open(), paging, order=("id",))
    return answer_page(request, response, (_team(one, request) for one in teams), after)


def _team(team: Team, request: ApiRequest) -> dict[str, object]:
    members = members_of(team, request.principal)
    leads = [str(one.user_id) for one in members if one.is_lead]
    return {"id": str(team.pk), "name": team.name, "members": [str(one.user_id) for one in members], "leads": leads}
