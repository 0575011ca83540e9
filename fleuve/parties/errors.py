"""Errors of parties.

FleuveError
└── PartiesError
    ├── AlreadyRefused       the channel is refused already
    └── NotRefused           there is no refusal to withdraw
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["AlreadyRefused", "NotRefused", "PartiesError"]


class PartiesError(FleuveError):
    """Something about a party cannot be done as asked."""

    code = "parties_error"


class AlreadyRefused(PartiesError):
    """The record already refuses this channel; nothing was changed."""

    code = "already_refused"
    status = 409


class NotRefused(PartiesError):
    """The record does not refuse this channel; nothing was changed."""

    code = "not_refused"
    status = 409
