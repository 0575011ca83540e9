"""One's own profile and password, and the organisation's settings."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from fleuve.accounts.actions import change_password, configure_organisation, end_visits, follow_visit, save_profile
from fleuve.accounts.errors import CurrencyFixed, PasswordRefused
from fleuve.accounts.forms import OrganisationForm, PasswordForm, ProfileForm
from fleuve.accounts.queries import currency_is_fixed, organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.rules import digest_of
from fleuve.kernel.guard import guard
from fleuve.ui.toasts import tell

__all__ = ["password", "profile", "settings"]

_METHODS = ["GET", "HEAD", "POST"]


@guard("read")
@require_http_methods(_METHODS)
def profile(request: PrincipalRequest) -> HttpResponseBase:
    """Name, language and appearance; and the form of the password."""
    form = ProfileForm(request.POST or None, initial=_own(request))
    if request.method == "POST" and form.is_valid():
        save_profile(user=request.user, **form.cleaned_data, by=request.principal, at=timezone.now())
        with translation.override(form.cleaned_data["language"]):
            tell(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    return _profile_page(request, form, PasswordForm())


@guard("read")
@sensitive_post_parameters("current", "new")
@require_POST
def password(request: PrincipalRequest) -> HttpResponseBase:
    """Change one's password; this session stays, every other one ends."""
    form = PasswordForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            change_password(
                user=request.user,
                current=given["current"],
                new=given["new"],
                by=request.principal,
                at=timezone.now(),
            )
        except PasswordRefused as refused:
            form.add_error("current" if refused.code == "password_wrong" else "new", str(refused))
        else:
            _keep_this_session(request)
            tell(request, _("Your password is changed. Other devices are signed out."))
            return redirect("accounts:profile")
    return _profile_page(request, ProfileForm(initial=_own(request)), form)


@guard("configure")
@require_http_methods(_METHODS)
def settings(request: PrincipalRequest) -> HttpResponseBase:
    """The organisation: name, reporting currency, time zone, language."""
    current = organisation()
    initial = {field: getattr(current, field) for field in ("name", "currency", "timezone", "language")}
    form = OrganisationForm(request.POST or None, initial=initial)
    if current.currency and currency_is_fixed():
        form.hold_currency()
    if request.method == "POST" and form.is_valid():
        try:
            configure_organisation(**form.cleaned_data, by=request.principal, at=timezone.now())
        except CurrencyFixed as refused:  # an import stored amounts while the form was open
            form.add_error("currency", str(refused))
        else:
            tell(request, _("The settings are saved."))
            return redirect("accounts:settings")
    return render(request, "accounts/settings.html", {"form": form})


def _own(request: PrincipalRequest) -> dict[str, object]:
    return {field: getattr(request.user, field) for field in ("name", "language", "theme", "is_compact")}


def _keep_this_session(request: PrincipalRequest) -> None:
    """A new password ends every other session; this one goes on under a new key."""
    at, earlier = timezone.now(), request.session.session_key or ""
    end_visits(user=request.user, keep=digest_of(earlier), by=request.principal, at=at)
    update_session_auth_hash(request, request.user)
    follow_visit(earlier, request.session.session_key or "")


def _profile_page(request: PrincipalRequest, form: ProfileForm, password_form: PasswordForm) -> HttpResponseBase:
    context = {"form": form, "password_form": password_form, "has_password": request.user.has_usable_password()}
    return render(request, "accounts/profile.html", context)
