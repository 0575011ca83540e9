"""Who may sign in: invite, change, close."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fleuve.accounts.actions import (
    IssuedLink,
    change_role,
    disable_user,
    enable_user,
    invite_colleague,
    issue_password_link,
    withdraw_link,
)
from fleuve.accounts.errors import EmailTaken, LastOwner
from fleuve.accounts.forms import InvitationForm, RoleForm
from fleuve.accounts.models import OneTimeLink, Team
from fleuve.accounts.queries import teams_of, users_page
from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views.user_page import colleague_of, user_page
from fleuve.accounts.views.users_table import users_table
from fleuve.kernel.guard import guard
from fleuve.ui.toasts import tell

__all__ = ["invitation_withdrawal", "password_link", "user", "user_access", "user_role", "users"]


@guard("manage_users")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def users(request: PrincipalRequest) -> HttpResponseBase:
    """Everyone with access; a POST invites someone and shows the link, once."""
    at = timezone.now()
    teams = Team.objects.visible_to(request.principal).open().order_by("name_folded")
    form = InvitationForm(request.POST or None, teams=teams)
    if request.method == "POST" and form.is_valid():
        try:
            issued = invite_colleague(**form.cleaned_data, by=request.principal, at=at)
        except EmailTaken as refused:
            form.add_error("email", str(refused))
        else:
            return _show_link(request, issued, "accounts:invitation")
    page = users_page(request.principal, at)
    table = users_table(page, teams_of(page.users, request.principal), request.principal)
    return render(request, "accounts/users.html", {"page": page, "table": table, "form": form})


@guard("manage_users")
@require_safe
def user(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """One colleague: what they may do, and whether they may come in."""
    return user_page(request, colleague_of(request, pk))


@guard("manage_users")
@require_POST
def user_role(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """Give another role."""
    colleague = colleague_of(request, pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return user_page(request, colleague, form=form)
    try:
        change_role(user=colleague, role=form.cleaned_data["role"], by=request.principal, at=timezone.now())
    except LastOwner as refused:
        return user_page(request, colleague, refusal=str(refused))
    tell(request, _("%(name)s: %(role)s from now on.") % {"name": colleague.name, "role": colleague.get_role_display()})
    return redirect("accounts:user", colleague.pk) if colleague.pk != request.user.pk else redirect("accounts:profile")


@guard("manage_users")
@require_POST
def user_access(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """Close or open someone's access: ``access=closed`` or ``access=open``."""
    colleague, at = colleague_of(request, pk), timezone.now()
    try:
        if request.POST.get("access") == "open":
            enable_user(user=colleague, by=request.principal, at=at)
            tell(request, _("%(name)s may sign in again.") % {"name": colleague.name})
        else:
            disable_user(user=colleague, by=request.principal, at=at)
            tell(request, _("%(name)s may no longer sign in.") % {"name": colleague.name})
    except LastOwner as refused:
        return user_page(request, colleague, refusal=str(refused))
    return redirect("accounts:user", colleague.pk)


@guard("manage_users")
@never_cache
@require_POST
def password_link(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """A link for a colleague who forgot their password, shown once."""
    colleague = colleague_of(request, pk)
    issued = issue_password_link(user=colleague, by=request.principal, at=timezone.now())
    return _show_link(request, issued, "accounts:new_password")


@guard("manage_users")
@require_POST
def invitation_withdrawal(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """Take an open invitation back."""
    invitations = OneTimeLink.objects.visible_to(request.principal).filter(purpose=OneTimeLink.Purpose.INVITATION)
    link = get_object_or_404(invitations, pk=pk)
    withdraw_link(link=link, by=request.principal, at=timezone.now())
    tell(request, _("The invitation of %(name)s opens nothing any more.") % {"name": link.name})
    return redirect("accounts:users")


def _show_link(request: HttpRequest, issued: IssuedLink, url_name: str) -> HttpResponseBase:
    """The page is the answer itself: a redirect would have to keep the token somewhere."""
    url = request.build_absolute_uri(reverse(url_name, args=[issued.token]))
    return render(request, "accounts/link.html", {"url": url, "link": issued.link})
