"""What a one-time link opens. Looking never uses a link: a browser may look ahead, only the form's button takes it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from fleuve.accounts.actions import accept_invitation, choose_password, create_first_owner, enter_example
from fleuve.accounts.errors import EmailTaken, PasswordRefused
from fleuve.accounts.forms import AcceptanceForm, FirstOwnerForm, NewPasswordForm
from fleuve.accounts.models import OneTimeLink
from fleuve.accounts.places import server_time_zone
from fleuve.accounts.queries import link_for
from fleuve.accounts.views.entering import let_in
from fleuve.kernel.guard import public

__all__ = ["enter", "first_owner", "invitation", "new_password"]

_METHODS = ["GET", "HEAD", "POST"]


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(_METHODS)
def first_owner(request: HttpRequest, token: str) -> HttpResponseBase:
    """Found the workspace."""
    at = timezone.now()
    link_for(token, OneTimeLink.Purpose.FIRST_OWNER, at)
    initial = {"timezone": server_time_zone(), "language": translation.get_language()}
    form = FirstOwnerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = create_first_owner(
                token=token,
                email=given["email"],
                name=given["name"],
                password=given["password"],
                organisation_name=given["organisation"],
                timezone=given["timezone"],
                language=given["language"],
                at=at,
            )
        except PasswordRefused as refused:
            form.add_error("password", str(refused))
        else:
            return let_in(request, user, way="first_owner", at=at)
    return render(request, "accounts/first_owner.html", {"form": form})


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(_METHODS)
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Become a user of the workspace."""
    at = timezone.now()
    link = link_for(token, OneTimeLink.Purpose.INVITATION, at)
    form = AcceptanceForm(request.POST or None, initial={"name": link.name})
    if request.method == "POST" and form.is_valid():
        language = translation.get_language() or "en"
        try:
            user = accept_invitation(token=token, **form.cleaned_data, language=language, at=at)
        except PasswordRefused as refused:
            form.add_error("password", str(refused))
        except EmailTaken as refused:
            form.add_error(None, str(refused))
        else:
            return let_in(request, user, way="invitation", at=at)
    return render(request, "accounts/invitation.html", {"form": form, "link": link})


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(_METHODS)
def new_password(request: HttpRequest, token: str) -> HttpResponseBase:
    """Choose a password again."""
    at = timezone.now()
    link = link_for(token, OneTimeLink.Purpose.PASSWORD, at)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = choose_password(token=token, password=form.cleaned_data["password"], at=at)
        except PasswordRefused as refused:
            form.add_error("password", str(refused))
        else:
            return let_in(request, user, way="password_link", at=at)
    return render(request, "accounts/new_password.html", {"form": form, "link": link})


@public
@never_cache
@require_http_methods(_METHODS)
def enter(request: HttpRequest, token: str) -> HttpResponseBase:
    """Come into the example."""
    at = timezone.now()
    if request.user.is_authenticated:
        return redirect("/")
    if request.method == "POST":
        return let_in(request, enter_example(token=token, at=at), way="entry", at=at)
    link_for(token, OneTimeLink.Purpose.ENTRY, at)
    return render(request, "accounts/enter.html")
