"""Who asks: sets ``request.principal``, sends strangers to sign in, and refuses what the role does not allow.

A view says what it asks for with ``guard`` and ``public`` (``fleuve.kernel.guard``); one without a mark asks for
``read``. Stands after Django's authentication middleware.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fleuve.accounts.models import User
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.guard import is_public, verb_of
from fleuve.kernel.principal import ANONYMOUS, require

__all__ = ["PrincipalMiddleware"]

View = Callable[..., HttpResponseBase]


class PrincipalMiddleware:
    """Identity of the request and the one place where a page is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        request.principal = user.principal if isinstance(user, User) else ANONYMOUS  # type: ignore[attr-defined]
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if is_public(view):
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        require_or_refusal = self._refusal(request, view)
        return require_or_refusal

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        return _refused(request, error) if isinstance(error, PermissionRefused) else None

    def _refusal(self, request: HttpRequest, view: View) -> HttpResponseBase | None:
        try:
            require(request.principal, verb_of(view))  # type: ignore[attr-defined]
        except PermissionRefused as error:
            return _refused(request, error)
        return None


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """A page goes to sign in and comes back; a fragment takes its whole page along; a program is told 401."""
    if _wants_json(request):
        return JsonResponse({"code": "signed_out", "message": _("Sign in first.")}, status=401)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("accounts:sign_in")})
    target = reverse("accounts:sign_in")
    if request.method == "GET" and request.path != "/":
        target += "?" + urlencode({"next": request.get_full_path()})
    return redirect(target)


def _refused(request: HttpRequest, error: PermissionRefused) -> HttpResponseBase:
    if _wants_json(request):
        return JsonResponse({"code": error.code, "message": str(error)}, status=error.status)
    return render(request, "accounts/refused.html", {"sentence": str(error)}, status=error.status)
