"""Who is it? Asked again before what a stolen session should not be enough for."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from fleuve.accounts.actions import prove_with_code
from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.forms import CodeForm, PresentPasswordForm
from fleuve.accounts.passkeys import passkey_place
from fleuve.accounts.proof import factor_of, mark_proved, open_without_factor
from fleuve.accounts.queries.factors import Factors, factors_of, must_have_factor
from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.throttle import count_failure, forget_failures, shut_page
from fleuve.accounts.views.entering import next_page
from fleuve.accounts.views.second import say_how_it_went
from fleuve.accounts.views.signing import sign_by_passkey
from fleuve.kernel.guard import guard

__all__ = ["confirmation"]


@open_without_factor
@guard("read")
@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: PrincipalRequest) -> HttpResponseBase:
    """Prove again who one is: by the password, a code or a passkey; good for ten minutes."""
    at = timezone.now()
    found = factors_of(request.user, request.principal)
    if request.method != "POST":
        return _page(request, found)
    shut = shut_page(request, request.user)
    if shut is not None:
        return shut
    try:
        factor = _proved(request, found, at)
    except FactorRefused as refused:
        count_failure(request, request.user)
        return _page(request, found, refusal=str(refused))
    forget_failures(request.user)
    mark_proved(request, factor, at)
    return redirect(next_page(request))


def _proved(request: PrincipalRequest, found: Factors, at: datetime) -> str:
    """The factor shown, blank for the password. Raises ``FactorRefused``."""
    if "answer" in request.POST:
        sign_by_passkey(request, person=request.user, at=at)
        return "passkey"
    if "password" in request.POST:
        if _takes_password(request, found) and request.user.check_password(request.POST["password"][:512]):
            return ""
        raise FactorRefused(_("This is not your present password."))
    proof = prove_with_code(user=request.user, code=request.POST.get("code", ""), by=request.principal, at=at)
    say_how_it_went(request, proof)
    return proof.factor


def _takes_password(request: PrincipalRequest, found: Factors) -> bool:
    """Whoever must show a second factor and has not in this session cannot do with the password."""
    owes_factor = found.has_any and must_have_factor(request.user) and not factor_of(request)
    return request.user.has_usable_password() and not owes_factor


def _page(request: PrincipalRequest, found: Factors, refusal: str = "") -> HttpResponseBase:
    context = {
        "factors": found,
        "place": passkey_place(request),
        "password_form": PresentPasswordForm() if _takes_password(request, found) else None,
        "form": CodeForm() if found.has_any else None,
        "next": next_page(request),
        "refusal": refusal,
    }
    return render(request, "accounts/confirmation.html", context)
