"""Gives every request an id, and writes one line about it when it is done."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

__all__ = ["request_log"]

_log = structlog.get_logger("fleuve.request")
_ACCEPTABLE = re.compile(r"[A-Za-z0-9_-]{8,64}")


def request_log(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Bind ``request_id`` for logs, events and the error page; answer it in ``X-Request-ID``."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request_id = _request_id(request)
        request.META["fleuve.request_id"] = request_id
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = get_response(request)
            if not request.path_info.startswith(("/static/", "/health/")):
                _write_line(request, response, time.perf_counter() - started)
        response["X-Request-ID"] = request_id
        return response

    return middleware


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    return given if _ACCEPTABLE.fullmatch(given) else secrets.token_hex(8)


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
