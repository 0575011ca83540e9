"""Wrong codes are counted like wrong passwords, by the same counter: eight, then a quarter of an hour of nothing.

They are counted apart from passwords (under ``2:`` and the person's number): nobody without the password can shut
somebody else out of their second step.
"""

from __future__ import annotations

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_lockout_response
from django.http import HttpRequest, HttpResponseBase

from fleuve.accounts.models import User

__all__ = ["count_failure", "forget_failures", "shut_page"]


def shut_page(request: HttpRequest, user: User) -> HttpResponseBase | None:
    """What is answered while the second step of ``user`` is shut; nothing while it is open."""
    if AxesProxyHandler.is_allowed(request, _named(user)):
        return None
    page: HttpResponseBase = get_lockout_response(request, credentials=_named(user))
    return page


def count_failure(request: HttpRequest, user: User) -> None:
    """One more wrong code; from the eighth on the middleware of the counter answers with the shut page."""
    AxesProxyHandler.user_login_failed(sender=count_failure, credentials=_named(user), request=request)


def forget_failures(user: User) -> None:
    """A right code: what was mistyped before counts no more."""
    AxesProxyHandler.reset_attempts(username=_named(user)["username"])


def _named(user: User) -> dict[str, str]:
    return {"username": f"2:{user.pk}"}
