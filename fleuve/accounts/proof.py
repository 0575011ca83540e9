"""What a session has proved: by which factor somebody came in, when they last proved it, and what is still open.

A session is *half* between the password and the second factor: nobody is signed in, and one page goes on from there.
A challenge is what a passkey signs: it lives five minutes and is taken once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from fleuve.accounts.models import User
from fleuve.accounts.queries.factors import has_factor

__all__ = [
    "Half",
    "begin_half",
    "confirmation_first",
    "factor_of",
    "fresh",
    "half_of",
    "is_fresh",
    "is_open_without_factor",
    "mark_proved",
    "new_challenge",
    "open_without_factor",
    "sent_to",
    "take_challenge",
]

_HALF: Final = "half"
_FACTOR: Final = "factor"
_PROVED: Final = "proved"
_CHALLENGE: Final = "challenge"
_MINUTES: Final = 60
HALF_SECONDS: Final = 5 * _MINUTES
CHALLENGE_SECONDS: Final = 5 * _MINUTES
FRESH_SECONDS: Final = 10 * _MINUTES

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Half:
    """Somebody whose password was right, and who has not shown their second factor."""

    user: User
    way: str
    next: str


def begin_half(request: HttpRequest, user: User, *, way: str, wanted: str, at: datetime) -> None:
    """The password was right: go on under a new key, so that nobody who knew the old one goes along."""
    request.session.cycle_key()
    request.session[_HALF] = {
        "user": str(user.pk),
        "way": way,
        "next": wanted,
        "at": int(at.timestamp()),
        # Of the password as it was: whoever changes it meanwhile ends this too.
        "hash": user.get_session_auth_hash(),
    }
    request.session.set_expiry(HALF_SECONDS)


def half_of(request: HttpRequest, at: datetime) -> Half | None:
    """Who is half signed in here; nobody after five minutes, or when their password or access changed meanwhile."""
    kept = request.session.get(_HALF)
    if not isinstance(kept, dict) or at.timestamp() - kept["at"] > HALF_SECONDS:
        return None
    user = User.objects.filter(pk=int(kept["user"]), is_active=True).first()
    if user is None or not secrets.compare_digest(user.get_session_auth_hash(), kept["hash"]):
        return None
    return Half(user, kept["way"], kept["next"])


def mark_proved(request: HttpRequest, factor: str, at: datetime) -> None:
    """They proved who they are just now, by ``factor``; blank is the password or a link alone."""
    request.session.pop(_HALF, None)
    request.session[_PROVED] = int(at.timestamp())
    if factor:
        request.session[_FACTOR] = factor
    request.session.set_expiry(None)


def factor_of(request: HttpRequest) -> str:
    """The second factor shown in this session; blank for none."""
    return str(request.session.get(_FACTOR, ""))


def is_fresh(request: HttpRequest, at: datetime) -> bool:
    """Whether they proved who they are within ten minutes, or have nothing to prove it with."""
    if at.timestamp() - int(request.session.get(_PROVED, 0)) <= FRESH_SECONDS:
        return True
    user = request.user
    return isinstance(user, User) and not user.has_usable_password() and not has_factor(user)


def new_challenge(request: HttpRequest, purpose: str, at: datetime) -> bytes:
    """What a passkey is to sign for ``purpose``; an earlier one of this session is good no more."""
    challenge = secrets.token_bytes(32)
    request.session[_CHALLENGE] = {"purpose": purpose, "value": challenge.hex(), "at": int(at.timestamp())}
    if not request.session.get("_auth_user_id"):
        request.session.set_expiry(HALF_SECONDS)
    return challenge


def take_challenge(request: HttpRequest, purpose: str, at: datetime) -> bytes | None:
    """The open challenge, which is gone with that, whatever comes of it."""
    kept = request.session.pop(_CHALLENGE, None)
    if not isinstance(kept, dict) or kept["purpose"] != purpose or at.timestamp() - kept["at"] > CHALLENGE_SECONDS:
        return None
    return bytes.fromhex(kept["value"])


def fresh(back: str, *, shows_secret: bool = False) -> Callable[[View], View]:
    """``@fresh("accounts:factors")``: a change asks again who it is; ``back`` is the page where its form stands.

    Looking asks nothing, but at a page that ``shows_secret``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def asked(request: Any, *args: Any, **kwargs: Any) -> Any:
            is_looking = request.method in ("GET", "HEAD")
            asked_again = None if is_looking and not shows_secret else confirmation_first(request, reverse(back))
            return asked_again or view(request, *args, **kwargs)

        return asked  # type: ignore[return-value]

    return decorate


def confirmation_first(request: HttpRequest, back: str) -> HttpResponseBase | None:
    """The page that asks again who it is, on the way to this one or back to ``back``; nothing when they just said."""
    if is_fresh(request, timezone.now()):
        return None
    wanted = request.get_full_path() if request.method in ("GET", "HEAD") else back
    address = f"{reverse('accounts:confirmation')}?{urlencode({'next': wanted})}"
    return sent_to(request, address, "confirmation_needed", _("Confirm that it is you first."))


def open_without_factor(view: View) -> View:
    """A page for whoever must set up a second factor first: the pages of doing so, and the way out."""
    view.is_open_without_factor = True  # type: ignore[attr-defined]
    return view


def is_open_without_factor(view: Callable[..., Any]) -> bool:
    """Whether it is one of them."""
    return bool(getattr(view, "is_open_without_factor", False))


def sent_to(request: HttpRequest, address: str, code: str, sentence: str) -> HttpResponseBase:
    """Another page first: a page goes there, a fragment takes its whole page along, a program is told."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": code, "message": sentence, "address": address}, status=403)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
