"""Who asks: sets ``request.principal`` and sends strangers to sign in, except on pages marked ``public``.

Stands after Django's authentication and after the limits on sessions. What a role may not do is refused by the view's
own ``guard`` and by the action; no page is open because somebody forgot a mark.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from fleuve.accounts.models import User
from fleuve.accounts.proof import factor_of, is_open_without_factor, sent_to
from fleuve.accounts.queries.factors import has_factor, must_have_factor
from fleuve.accounts.seeing import saw
from fleuve.kernel.guard import is_public
from fleuve.kernel.principal import ANONYMOUS

__all__ = ["PrincipalMiddleware"]

# Where the number of a customer stands in addresses: of pages, and of the API.
_CUSTOMER_PLACES: Final = ("party_id", "customer_id")
_LONGEST_ID: Final = 19


class PrincipalMiddleware:
    """Identity of the request, and a closed door by default."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        request.principal = user.principal if isinstance(user, User) else ANONYMOUS  # type: ignore[attr-defined]
        response = self._get_response(request)
        _note_viewing(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if is_public(view):
            return None
        user = request.user
        if not isinstance(user, User):
            return _to_sign_in(request)
        owes_factor = must_have_factor(user) and not factor_of(request) and not is_open_without_factor(view)
        return _to_second_factor(request, user) if owes_factor else None


def _note_viewing(request: HttpRequest, response: HttpResponseBase) -> None:
    """Whoever was shown a customer: by its page, any page below it, or a panel of it asked for by itself."""
    match = request.resolver_match
    # 409 is the form that lays somebody else's change beside one's own; to a program it tells nothing of a customer.
    is_shown = response.status_code == 200 or (response.status_code == 409 and not request.path.startswith("/api/"))
    if match is None or not is_shown or request.method == "HEAD":
        return
    named = next((match.kwargs[place] for place in _CUSTOMER_PLACES if place in match.kwargs), "")
    number = str(named) or (request.GET.get("party", "") if match.view_name == "ui:panel" else "")
    if number.isascii() and number.isdigit() and len(number) <= _LONGEST_ID:
        saw(request.principal, int(number), timezone.now())  # type: ignore[attr-defined]


def _to_second_factor(request: HttpRequest, user: User) -> HttpResponseBase:
    """Whoever has one shows it, whoever has none sets one up; until then there is no other page."""
    name, wanted = ("accounts:confirmation", request.get_full_path()) if has_factor(user) else ("accounts:factors", "")
    if request.method != "GET":
        wanted = ""
    address = f"{reverse(name)}?{urlencode({'next': wanted})}" if wanted else reverse(name)
    return sent_to(request, address, "second_factor_needed", _("Your role needs a second factor. Set one up first."))


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """A page goes to sign in and comes back; a fragment takes its whole page along; a program is told 401."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": "signed_out", "message": _("Sign in first.")}, status=401)
    target = reverse("accounts:sign_in")
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    if request.method == "GET" and request.path != "/":
        target += "?" + urlencode({"next": request.get_full_path()})
    return redirect(target)
