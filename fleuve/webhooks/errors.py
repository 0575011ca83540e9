"""Refusals of webhooks.

::

    FleuveError
    ├── EndpointIsOff      nothing is sent to an address that is switched off
    ├── SecretUnreadable   the secret was sealed by another install: a new one is needed
    └── StillWaiting       a message that has not been tried to its end cannot be repeated
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["EndpointIsOff", "SecretUnreadable", "StillWaiting"]


class EndpointIsOff(FleuveError):
    """Switch it on first."""

    code = "endpoint_is_off"
    status = 409


class SecretUnreadable(FleuveError):
    """The key of this install does not open the stored secret."""

    code = "secret_unreadable"
    status = 409


class StillWaiting(FleuveError):
    """It will be tried by itself."""

    code = "still_waiting"
    status = 409
