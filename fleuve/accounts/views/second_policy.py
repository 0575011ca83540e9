"""Who must have a second factor, and helping a colleague who lost theirs."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from fleuve.accounts.actions import require_second_factor, reset_second_factor
from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.models import User
from fleuve.accounts.proof import confirmation_first, fresh
from fleuve.accounts.queries.factors import role_factors
from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views.user_page import colleague_of, user_page
from fleuve.kernel.guard import guard
from fleuve.ui.toasts import tell

__all__ = ["second_policy", "user_factors"]


@guard("manage_users")
@fresh("accounts:second_policy")
@require_http_methods(["GET", "HEAD", "POST"])
def second_policy(request: PrincipalRequest) -> HttpResponseBase:
    """The roles that come in with a second factor only, and who still lacks one; a POST sets them."""
    if request.method == "POST":
        roles = [role for role in request.POST.getlist("role") if role in User.Role.values]
        require_second_factor(roles=roles, by=request.principal, at=timezone.now())
        tell(request, _("Who needs a second factor is saved. It holds from their next click."))
        return redirect("accounts:second_policy")
    return render(request, "accounts/second_policy.html", {"lines": role_factors(request.principal)})


@guard("manage_users")
@require_POST
def user_factors(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """Take every second factor of a colleague away, who lost them."""
    colleague = colleague_of(request, pk)
    asked = confirmation_first(request, reverse("accounts:user", args=[colleague.pk]))
    if asked is not None:
        return asked
    try:
        gone = reset_second_factor(user=colleague, by=request.principal, at=timezone.now())
    except FactorRefused as refused:
        return user_page(request, colleague, refusal=str(refused))
    sentence = ngettext(
        "%(name)s had %(count)s second factor: it opens nothing any more.",
        "%(name)s had %(count)s second factors: they open nothing any more.",
        gone,
    )
    tell(request, sentence % {"name": colleague.name, "count": gone})
    return redirect("accounts:user", colleague.pk)
