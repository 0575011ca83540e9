"""Gives every request an id, and writes one line about it when it is done."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from fleuve.kernel.correlation import correlate

__all__ = ["request_log"]

_log = structlog.get_logger("fleuve.request")


def request_log(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Bind ``request_id`` for logs, events and the error page; answer it in ``X-Request-ID``."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        with correlate(request.headers.get("X-Request-ID", "")) as request_id:
            request.META["fleuve.request_id"] = request_id
            response = get_response(request)
            if not request.path_info.startswith(("/static/", "/health/")):
                _write_line(request, response, time.perf_counter() - started)
        response["X-Request-ID"] = request_id
        return response

    return middleware


def _write_line(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    match = request.resolver_match
    size = len(response.content) if isinstance(response, HttpResponse) else None
    _log.info(
        "request",
        method=request.method,
        route=match.view_name if match else "-",
        status=response.status_code,
        milliseconds=round(seconds * 1000, 1),
        bytes=size,
    )
