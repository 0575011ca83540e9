"""What one colleague may do beside the role, and their sessions."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fleuve.accounts.actions import end_visits, set_reach, set_right
from fleuve.accounts.errors import RightRefused
from fleuve.accounts.forms import ReachForm
from fleuve.accounts.queries import rights_of
from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views.user_page import colleague_of, user_page
from fleuve.kernel.guard import guard
from fleuve.ui.toasts import tell

__all__ = ["user_reach", "user_rights", "user_visits"]


@guard("manage_users")
@require_POST
def user_reach(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """Set whose customers a colleague sees and changes."""
    colleague = colleague_of(request, pk)
    form = ReachForm(request.POST)
    if not form.is_valid():
        return user_page(request, colleague, reach_form=form)
    try:
        set_reach(user=colleague, **form.cleaned_data, by=request.principal, at=timezone.now())
    except RightRefused as refused:
        return user_page(request, colleague, refusal=str(refused))
    tell(request, _("What %(name)s reaches is saved.") % {"name": colleague.name})
    return redirect("accounts:user", colleague.pk)


@guard("manage_users")
@require_POST
def user_rights(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """Give or take single rights beside the role."""
    colleague = colleague_of(request, pk)
    at = timezone.now()
    for right in rights_of(colleague, request.principal):
        state = request.POST.get(f"right-{right.verb}", right.state)
        if state != right.state and state in ("", *right.offered):
            set_right(user=colleague, verb=right.verb, state=state, by=request.principal, at=at)
    tell(request, _("What %(name)s may do is saved.") % {"name": colleague.name})
    return redirect("accounts:user", colleague.pk)


@guard("manage_users")
@require_POST
def user_visits(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """End every session of a colleague; they may sign in again."""
    colleague = colleague_of(request, pk)
    end_visits(user=colleague, by=request.principal, at=timezone.now())
    tell(request, _("%(name)s is signed out everywhere.") % {"name": colleague.name})
    return redirect("accounts:user", colleague.pk)
