"""The page of one colleague, shared by everything that is set there."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from fleuve.accounts.forms import ReachForm, RoleForm
from fleuve.accounts.models import User
from fleuve.accounts.queries import rights_of, teams_of
from fleuve.accounts.queries.factors import factors_of
from fleuve.accounts.requests import PrincipalRequest

__all__ = ["colleague_of", "user_page"]


def colleague_of(request: PrincipalRequest, pk: int) -> User:
    """The colleague of that number, or not found."""
    colleague: User = get_object_or_404(User.objects.visible_to(request.principal), pk=pk)
    return colleague


def user_page(request: PrincipalRequest, colleague: User, **extra: Any) -> HttpResponseBase:
    """What they may do, whose customers they reach, and whether they may come in; a refusal answers 409."""
    stored = User.objects.visible_to(request.principal).get(pk=colleague.pk)
    context = {
        "colleague": stored,
        "form": RoleForm(initial={"role": stored.role}),
        "reach_form": ReachForm(initial={"reads": stored.reads, "writes": stored.writes}),
        "rights": rights_of(stored, request.principal),
        "colleague_factors": factors_of(stored, request.principal),
        "teams": teams_of([stored], request.principal)[stored.pk],
        **extra,
    }
    return render(request, "accounts/user.html", context, status=409 if "refusal" in extra else 200)
