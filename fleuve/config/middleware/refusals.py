"""An expected refusal becomes a page with its sentence; the one place where ``FleuveError`` is caught for the web."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fleuve.config.errors import refusal_page
from fleuve.kernel.errors import FleuveError

__all__ = ["refusals"]


def refusals(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer a ``FleuveError`` raised by a view with its status and sentence."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        return refusal_page(request, error) if isinstance(error, FleuveError) else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
