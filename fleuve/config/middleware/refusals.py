"""An expected refusal becomes a page with its sentence; the one place where ``FleuveError`` is caught for the web.

So does an address with what no row can have: databases refuse numbers beyond 64 bits, PostgreSQL the character zero,
with an error of theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from fleuve.config.errors import refusal_page
from fleuve.kernel.errors import FleuveError

__all__ = ["refusals"]

_LARGEST_ID = 2**63 - 1


def refusals(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer a ``FleuveError`` raised by a view with its status and sentence."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_view(request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> None:
        if any(isinstance(value, int) and value > _LARGEST_ID for value in kwargs.values()):
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        return refusal_page(request, error) if isinstance(error, FleuveError) else None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
