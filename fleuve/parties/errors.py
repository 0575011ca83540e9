"""Errors of parties.

::

    FleuveError
    └── PartiesError
        ├── AlreadyRefused       the channel is refused already
        ├── AlreadyTied          the two are tied in this way already
        ├── LooksLikeAnother     the new customer shares an address or a number with another one
        ├── NameTaken            another field or tag has that name
        ├── NotRefused           there is no refusal to withdraw
        ├── TooMany              the house has as many of these as it can have
        ├── UnknownCustomer      no such customer within reach
        └── UnknownOwner         nobody who signs in here, or nobody any more
"""

from __future__ import annotations

from collections.abc import Sequence

from fleuve.kernel.errors import FleuveError

__all__ = [
    "AlreadyRefused",
    "AlreadyTied",
    "LooksLikeAnother",
    "NameTaken",
    "NotRefused",
    "PartiesError",
    "TooMany",
    "UnknownCustomer",
    "UnknownOwner",
]


class PartiesError(FleuveError):
    """Something about a party cannot be done as asked."""

    code = "parties_error"


class AlreadyRefused(PartiesError):
    """The record already refuses this channel; nothing was changed."""

    code = "already_refused"
    status = 409


class AlreadyTied(PartiesError):
    """The tie stands already; nothing was changed."""

    code = "already_tied"
    status = 409


class LooksLikeAnother(PartiesError):
    """Somebody with the same address or number is there: ``parties`` within reach, ``others`` beyond it."""

    code = "looks_like_another"
    status = 409

    def __init__(self, message: str, *, parties: Sequence[int], others: int) -> None:
        super().__init__(message, parties=[str(one) for one in parties], others=others)
        self.parties = tuple(parties)
        self.others = others


class NameTaken(PartiesError):
    """One name, one thing."""

    code = "name_taken"
    status = 409


class NotRefused(PartiesError):
    """The record does not refuse this channel; nothing was changed."""

    code = "not_refused"
    status = 409


class TooMany(PartiesError):
    """No more of these fit."""

    code = "too_many"
    status = 409


class UnknownCustomer(PartiesError):
    """Missing and out of reach look alike."""

    code = "customer_unknown"
    status = 404


class UnknownOwner(PartiesError):
    """Customers are given to people who sign in here."""

    code = "owner_unknown"
