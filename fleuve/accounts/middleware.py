"""Who asks: sets ``request.principal`` and sends strangers to sign in, except on pages marked ``public``.

Stands after Django's authentication and after the limits on sessions. What a role may not do is refused by the view's
own ``guard`` and by the action; no page is open because somebody forgot a mark.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from fleuve.accounts.models import User
from fleuve.kernel.guard import is_public
from fleuve.kernel.principal import ANONYMOUS

__all__ = ["PrincipalMiddleware"]


class PrincipalMiddleware:
    """Identity of the request, and a closed door by default."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        request.principal = user.principal if isinstance(user, User) else ANONYMOUS  # type: ignore[attr-defined]
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        return None if request.user.is_authenticated or is_public(view) else _to_sign_in(request)


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
