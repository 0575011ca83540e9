"""The database away, the disk full: 503 with ``Retry-After``, never a loss and never a stack of frames for a person."""

from __future__ import annotations

import errno
from collections.abc import Callable

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fleuve.config.errors import outage_page

__all__ = ["is_outage", "outages"]

_log = structlog.get_logger("fleuve.outage")
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
_SQLITE_OUTAGES = ("disk is full", "disk i/o error", "unable to open database", "readonly database", "database is locked")
# Classes of PostgreSQL error codes: connection, insufficient resources, operator intervention, system error.
_POSTGRESQL_OUTAGES = ("08", "53", "57", "58")


def is_outage(error: BaseException | None) -> bool:
    """Whether the fault is of the machine (try again later) rather than of this request."""
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    if isinstance(error, InterfaceError):
        return True
    if isinstance(error, OperationalError | DatabaseError):
        return _is_database_outage(error)
    return False


def _is_database_outage(error: DatabaseError) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    if state:
        return str(state).startswith(_POSTGRESQL_OUTAGES)
    if "psycopg" in type(error.__cause__).__module__:
        return isinstance(error, OperationalError)
    return any(words in str(error).lower() for words in _SQLITE_OUTAGES)


def outages(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Turn an outage in a view or in a middleware below into the 503 page."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        if not is_outage(error):
            return None
        _log.error("outage", exc_info=error)
        return outage_page(request)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
