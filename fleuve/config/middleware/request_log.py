"""Gives every request an id, writes one line about it when it is done, and measures it.

Whoever is signed in sees what it took, too: browsers show ``Server-Timing`` among a page's requests.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from fleuve.config.metrics import observe_request
from fleuve.kernel.correlation import correlate
from fleuve.kernel.principal import ANONYMOUS

__all__ = ["request_log"]

# Files, and programs that ask every few seconds how things are.
_UNTOLD: Final = ("/static/", "/health/", "/metrics")

_log = structlog.get_logger("fleuve.request")


def request_log(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Bind ``request_id`` for logs, events and the error page; answer it in ``X-Request-ID``."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        with correlate(request.headers.get("X-Request-ID", "")) as request_id:
            request.META["fleuve.request_id"] = request_id
            response = get_response(request)
            seconds = time.perf_counter() - started
            if not request.path_info.startswith(_UNTOLD):
                _tell(request, response, seconds)
            if getattr(request, "principal", ANONYMOUS) is not ANONYMOUS:
                response["Server-Timing"] = f"app;dur={seconds * 1000:.1f}"
        response["X-Request-ID"] = request_id
        return response

    return middleware


def _tell(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    match = request.resolver_match
    route = match.view_name if match else "-"
    observe_request(route, request.method, response.status_code, seconds)
    size = len(response.content) if isinstance(response, HttpResponse) else None
    _log.info(
        "request",
        method=request.method,
        route=route,
        status=response.status_code,
        milliseconds=round(seconds * 1000, 1),
        bytes=size,
    )
