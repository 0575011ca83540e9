"""A session ends after thirty idle minutes, and after twelve hours whatever happens."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fleuve.accounts.actions import see_visit

__all__ = ["session_limits"]

_STARTED = "started"
_SEEN = "seen"
# Writing the session at every click would make each page a write; a minute is precise enough for thirty.
_PRECISION_SECONDS = 60


def session_limits(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Sign out a session past one of its limits before the view sees it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_session and request.user.is_authenticated:
            _apply_limits(request, int(time.time()))
        return get_response(request)

    return middleware


def _apply_limits(request: HttpRequest, now: int) -> None:
    started = request.session.setdefault(_STARTED, now)
    seen = request.session.setdefault(_SEEN, now)
    is_idle = now - seen > settings.SESSION_IDLE_SECONDS
    is_old = now - started > settings.SESSION_HARD_SECONDS
    if is_idle or is_old:
        logout(request)
    elif now - seen >= _PRECISION_SECONDS and not _is_poll(request):
        request.session[_SEEN] = now
        see_visit(request.session.session_key or "", datetime.fromtimestamp(now, UTC))


def _is_poll(request: HttpRequest) -> bool:
    """A page left open that asks for progress by itself is not a person at the desk."""
    return request.headers.get("X-Fleuve-Poll") == "1"
