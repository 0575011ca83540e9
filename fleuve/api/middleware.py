"""What every request to ``/api/`` passes: cookies are taken away, and refusals of the framework become problems."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from fleuve.api.problems import is_api, problem

__all__ = ["programs_only"]


def programs_only(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Stands before sessions: a person's browser that is led here brings nothing along that could open anything."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not is_api(request):
            return get_response(request)
        request.COOKIES = {}
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        response = get_response(request)
        if response.status_code == 405:
            allowed = {"Allow": response.headers["Allow"]} if "Allow" in response.headers else {}
            sentence = _("This address does not take that method. “Allow” says which it takes.")
            response = problem(405, "method_refused", sentence, headers=allowed)
        if is_head:
            response.content = b""  # type: ignore[attr-defined]
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
