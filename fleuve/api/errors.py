"""Refusals of the API itself.

::

    FleuveError
    └── ApiError
        ├── BadKey               401: no key, or one that opens nothing
        ├── ScopeMissing         403: the key was not given this scope
        ├── BodyRefused          400, 413 or 415: the body is not JSON, too large, or of another kind
        ├── InvalidInput         422: a field, a parameter or a place in a list is not as described
        ├── KeyBusy              409: the same idempotency key is at work
        ├── KeyReused            422: the same idempotency key came with another request
        ├── VersionMissing       428: say which version you change
        ├── VersionPassed        412: it has another version now
        └── TooFast              429: slow down
    NotModified                  304, no error: you have it already
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fleuve.kernel.errors import FleuveError

__all__ = [
    "ApiError",
    "BadKey",
    "BodyRefused",
    "InvalidInput",
    "KeyBusy",
    "KeyReused",
    "NotModified",
    "ScopeMissing",
    "TooFast",
    "VersionMissing",
    "VersionPassed",
]


class ApiError(FleuveError):
    """Something about the request itself. ``headers`` go with the answer."""

    code = "request_refused"
    headers: Mapping[str, str] = {}


class BadKey(ApiError):
    """Missing, unknown, revoked and expired keys look alike."""

    code = "key_refused"
    status = 401
    headers = {"WWW-Authenticate": 'Bearer realm="Fleuve"'}


class ScopeMissing(ApiError):
    """The key is good, for something else."""

    code = "scope_missing"
    status = 403


class BodyRefused(ApiError):
    """The body cannot be read as what it should be."""

    code = "body_unreadable"

    def __init__(self, message: str, *, status: int = 400, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.status = status


class InvalidInput(ApiError):
    """Something is not as described: ``fields`` says where and why."""

    code = "invalid"
    status = 422

    def __init__(self, message: str, *, fields: Sequence[Mapping[str, str]] = (), code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.fields = tuple(fields)


class KeyBusy(ApiError):
    """The first request with this idempotency key is not finished."""

    code = "key_busy"
    status = 409
    headers = {"Retry-After": "1"}


class KeyReused(ApiError):
    """One idempotency key, one request."""

    code = "key_reused"
    status = 422


class VersionMissing(ApiError):
    """Changes name the version they were made from."""

    code = "version_missing"
    status = 428


class VersionPassed(ApiError):
    """Somebody saved since."""

    code = "version_passed"
    status = 412


class TooFast(ApiError):
    """More requests a second than one key gets."""

    code = "too_fast"
    status = 429

    def __init__(self, message: str, *, wait: int) -> None:
        super().__init__(message, wait=wait)
        self.headers = {"Retry-After": str(wait)}


class NotModified(Exception):
    """What the caller has is what there is."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag
