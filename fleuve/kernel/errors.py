"""The root of Fleuve's errors.

``FleuveError`` is what a person may be shown: a stable ``code``, a sentence that says what to do next, and the values
in it. Each package draws its own tree below it. It is caught once, at the edge (middleware, command line, job runner).
"""

from __future__ import annotations

__all__ = ["FleuveError", "PermissionRefused"]


class FleuveError(Exception):
    """An expected refusal. ``str(error)`` is the sentence for the person; ``error.values`` the figures in it."""

    code = "error"
    status = 400

    def __init__(self, message: str, *, code: str | None = None, **values: object) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code
        self.values = values


class PermissionRefused(FleuveError):
    """The principal may not do this; the sentence names who may."""

    code = "permission_refused"
    status = 403
