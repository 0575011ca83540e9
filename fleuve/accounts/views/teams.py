"""Teams: who works with whom, and so who sees whose customers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fleuve.accounts.actions import create_team, join_team, leave_team, remove_team, rename_team, restore_team
from fleuve.accounts.errors import TeamNameTaken
from fleuve.accounts.forms import MemberForm, TeamForm
from fleuve.accounts.models import Team, User
from fleuve.accounts.queries import members_of, removed_teams, teams_page
from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.guard import guard
from fleuve.ui.toasts import tell

__all__ = ["team", "team_member", "team_members", "team_removal", "team_restoration", "teams"]

_METHODS = ["GET", "HEAD", "POST"]


@guard("manage_users")
@require_http_methods(_METHODS)
def teams(request: PrincipalRequest) -> HttpResponseBase:
    """Every team with its people; a POST makes a new one."""
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_team(name=form.cleaned_data["name"], by=request.principal, at=timezone.now())
        except TeamNameTaken as refused:
            form.add_error("name", str(refused))
        else:
            return redirect("accounts:team", made.pk)
    context = {"lines": teams_page(request.principal), "removed": removed_teams(request.principal), "form": form}
    return render(request, "accounts/teams.html", context)


@guard("manage_users")
@require_http_methods(_METHODS)
def team(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """One team: its name and its people; a POST renames it."""
    found = _team(request, pk)
    form = TeamForm(request.POST or None, initial={"name": found.name, "version": found.version})
    if request.method == "POST" and form.is_valid():
        name, version = form.cleaned_data["name"], form.cleaned_data["version"] or 0
        try:
            rename_team(team=found, name=name, version=version, by=request.principal, at=timezone.now())
        except TeamNameTaken as refused:
            form.add_error("name", str(refused))
        except EditedMeanwhile as refused:
            fresh = TeamForm(initial={"name": name, "version": refused.version})
            return _team_page(request, found, fresh, refusal=str(refused))
        else:
            return redirect("accounts:team", found.pk)
    return _team_page(request, found, form)


@guard("manage_users")
@require_POST
def team_members(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """Put a colleague into the team."""
    found = _team(request, pk)
    form = MemberForm(request.POST, users=_people(request))
    if not form.is_valid():
        return _team_page(request, found, TeamForm(initial={"name": found.name, "version": found.version}), form)
    join_team(team=found, **form.cleaned_data, by=request.principal, at=timezone.now())
    return redirect("accounts:team", found.pk)


@guard("manage_users")
@require_POST
def team_member(request: PrincipalRequest, pk: int, user_pk: int) -> HttpResponseBase:
    """Change what somebody is in the team: ``place=lead``, ``member`` or ``left``."""
    found = _team(request, pk)
    colleague: User = get_object_or_404(User.objects.visible_to(request.principal), pk=user_pk)
    at, place = timezone.now(), request.POST.get("place")
    if place == "left":
        leave_team(team=found, user=colleague, by=request.principal, at=at)
    else:
        join_team(team=found, user=colleague, is_lead=place == "lead", by=request.principal, at=at)
    return redirect("accounts:team", found.pk)


@guard("manage_users")
@require_POST
def team_removal(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """Put the team into the trash."""
    found = _team(request, pk)
    remove_team(team=found, by=request.principal, at=timezone.now())
    tell(request, _("The team “%(name)s” is in the trash.") % {"name": found.name})
    return redirect("accounts:teams")


@guard("manage_users")
@require_POST
def team_restoration(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """Bring a team back out of the trash."""
    removed = Team.objects.visible_to(request.principal).exclude(removed_at=None)
    found: Team = get_object_or_404(removed, pk=pk)
    restore_team(team=found, by=request.principal, at=timezone.now())
    return redirect("accounts:team", found.pk)


def _team(request: PrincipalRequest, pk: int) -> Team:
    found: Team = get_object_or_404(Team.objects.visible_to(request.principal).open(), pk=pk)
    return found


def _people(request: PrincipalRequest) -> Any:
    return User.objects.visible_to(request.principal).filter(is_active=True).order_by("name", "pk")


def _team_page(
    request: PrincipalRequest, found: Team, form: TeamForm, member_form: MemberForm | None = None, refusal: str = ""
) -> HttpResponseBase:
    members = members_of(found, request.principal)
    outside = _people(request).exclude(pk__in=[one.user_id for one in members])
    context = {
        "team": found,
        "form": form,
        "members": members,
        "member_form": member_form or MemberForm(users=outside),
        "has_others": outside.exists(),
        "refusal": refusal,
    }
    return render(request, "accounts/team.html", context, status=409 if refusal else 200)
