"""Coming in with a password, and going out."""

from __future__ import annotations

from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from fleuve.accounts.actions import record_sign_out
from fleuve.accounts.forms import SignInForm
from fleuve.accounts.models import User
from fleuve.accounts.passkeys import passkey_place
from fleuve.accounts.proof import open_without_factor
from fleuve.accounts.queries import has_owner
from fleuve.accounts.views.entering import let_in, next_page
from fleuve.kernel.guard import public
from fleuve.ui.toasts import tell

__all__ = ["sign_in", "sign_out"]


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Ask for address and password; after eight wrong ones the door stays shut for a quarter of an hour."""
    if request.user.is_authenticated:
        return redirect(next_page(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # The throttle counts by ``username``, here already in its one spelling: else A@x and a@x would count apart.
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User):
            return let_in(request, user, way="password", at=timezone.now())
        form.add_error(None, _("The address and the password do not go together. Check both and try again."))
    context = {"form": form, "next": next_page(request), "has_owner": has_owner(), "place": passkey_place(request)}
    return render(request, "accounts/sign_in.html", context)


@open_without_factor
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End the session here."""
    user = request.user
    if isinstance(user, User):
        record_sign_out(user=user, session_key=request.session.session_key or "", by=user.principal, at=timezone.now())
    logout(request)
    tell(request, _("You are signed out."))
    return redirect("accounts:sign_in")
