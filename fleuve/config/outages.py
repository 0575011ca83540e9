"""Tells a fault of the machine (the database away, the disk full) from a fault of the program."""

from __future__ import annotations

import errno

from django.db import DatabaseError, InterfaceError, OperationalError

__all__ = ["is_outage"]

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
_SQLITE_OUTAGES = (
    "disk is full",
    "disk i/o error",
    "unable to open database",
    "readonly database",
    "database is locked",
)
# Classes of PostgreSQL error codes: connection, insufficient resources, operator intervention, system error.
_POSTGRESQL_OUTAGES = ("08", "53", "57", "58")


def is_outage(error: BaseException | None) -> bool:
    """Whether the fault is of the machine (try again later) rather than of this request."""
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    if isinstance(error, InterfaceError):
        return True
    if isinstance(error, DatabaseError):
        return _is_database_outage(error)
    return False


def _is_database_outage(error: DatabaseError) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    if state:
        return str(state).startswith(_POSTGRESQL_OUTAGES)
    if "psycopg" in type(error.__cause__).__module__:
        return isinstance(error, OperationalError)
    return any(words in str(error).lower() for words in _SQLITE_OUTAGES)
