"""The correlation id: one short id that ties a request to its events, its log lines and the jobs that it started."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["correlate", "current_request_id", "new_request_id"]

_request_id: ContextVar[str] = ContextVar("fleuve_request_id", default="")
_ACCEPTED = re.compile(r"[A-Za-z0-9_-]{8,40}")


def new_request_id() -> str:
    """A fresh id of 16 letters and digits."""
    return secrets.token_hex(8)


def current_request_id() -> str:
    """The id of the request or job being served; empty outside both."""
    return _request_id.get()


@contextmanager
def correlate(request_id: str = "") -> Iterator[str]:
    """Serve under ``request_id``; an empty or implausible one (it may come from a header) is replaced by a new one."""
    accepted = request_id if _ACCEPTED.fullmatch(request_id) else new_request_id()
    token = _request_id.set(accepted)
    try:
        yield accepted
    finally:
        _request_id.reset(token)
