"""Sign a user in, and where to go next. Shared by every page that lets someone in."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from fleuve.accounts.actions import record_sign_in
from fleuve.accounts.models import User

__all__ = ["let_in", "next_page"]

_BACKEND = "django.contrib.auth.backends.ModelBackend"


def let_in(request: HttpRequest, user: User, *, way: str, at: datetime) -> HttpResponseBase:
    """Open the session under a new key, write the fact, and go where they wanted to go."""
    login(request, user, backend=_BACKEND)
    record_sign_in(
        user=user,
        way=way,
        session_key=request.session.session_key or "",
        place=request.META.get("REMOTE_ADDR", ""),
        device=request.headers.get("User-Agent", ""),
        by=user.principal,
        at=at,
    )
    return HttpResponseRedirect(next_page(request))


def next_page(request: HttpRequest) -> str:
    """The page asked for before signing in, when it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    # A path only: ``redirect`` would take a bare word for the name of a view, a browser for a page beside the door.
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else "/"
