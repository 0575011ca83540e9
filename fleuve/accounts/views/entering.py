"""Sign a user in, and where to go next. Shared by every page that lets someone in."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from fleuve.accounts.actions import record_sign_in
from fleuve.accounts.models import User
from fleuve.accounts.proof import begin_half, mark_proved
from fleuve.accounts.queries.factors import has_factor

__all__ = ["let_in", "next_page", "open_session"]

_BACKEND = "django.contrib.auth.backends.ModelBackend"


def let_in(request: HttpRequest, user: User, *, way: str, at: datetime) -> HttpResponseBase:
    """A password or a link was right: whoever has a second factor is asked for it, anyone else is in."""
    if has_factor(user):
        begin_half(request, user, way=way, wanted=next_page(request), at=at)
        return redirect("accounts:second")
    return open_session(request, user, way=way, factor="", wanted=next_page(request), at=at)


def open_session(
    request: HttpRequest, user: User, *, way: str, factor: str, wanted: str, at: datetime
) -> HttpResponseBase:
    """Open the session under a new key, write the fact, and go where they wanted to go."""
    login(request, user, backend=_BACKEND)
    mark_proved(request, factor, at)
    record_sign_in(
        user=user,
        way=way,
        factor=factor,
        session_key=request.session.session_key or "",
        place=request.META.get("REMOTE_ADDR", ""),
        device=request.headers.get("User-Agent", ""),
        by=user.principal,
        at=at,
    )
    return HttpResponseRedirect(wanted)


def next_page(request: HttpRequest) -> str:
    """The page asked for before signing in, when it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    # A path only: ``redirect`` would take a bare word for the name of a view, a browser for a page beside the door.
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else "/"
