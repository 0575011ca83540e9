"""The root of Fleuve's errors.

``FleuveError`` is what a person may be shown: a stable ``code``, a sentence that says what to do next, and the values
in it. Each package draws its own tree below it. It is caught once, at the edge (middleware, command line, job runner).
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["EditedMeanwhile", "FleuveError", "PermissionRefused"]


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


class EditedMeanwhile(FleuveError):
    """Somebody saved the same thing since it was opened: nothing was written, both versions are handed back.

    ``version`` is the one stored now and ``theirs`` what it holds, by field; a page lays them beside what was typed.
    """

    code = "edited_meanwhile"
    status = 409

    def __init__(self, message: str, *, version: int, theirs: Mapping[str, object] | None = None) -> None:
        super().__init__(message, version=version, theirs=dict(theirs or {}))
        self.version = version
        self.theirs = dict(theirs or {})
