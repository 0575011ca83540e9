"""Reads back, in every process that starts, that an acknowledged write survives a power cut, or refuses to start."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import structlog
from django.db import connection
from django.utils.translation import gettext as _

from fleuve.kernel.errors import FleuveError

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["Durability", "DurabilityRefused", "check_durability", "log_durability", "read_durability"]

_log = structlog.get_logger("fleuve.durability")
_SQLITE_SYNCHRONOUS = {0: "off", 1: "normal", 2: "full", 3: "extra"}
_OLDEST_POSTGRESQL = 150_000


class DurabilityRefused(FleuveError):
    """The database would acknowledge writes that a power cut could lose."""

    code = "durability_refused"
    status = 503


@dataclass(frozen=True)
class Durability:
    """What the connection of this process says of itself."""

    vendor: str
    journal: str
    synchronous: str
    fsync: str
    transactions: str

    def as_dict(self) -> dict[str, str]:
        """For logs and ``--json``."""
        return asdict(self)


def _value(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return row[0] if row else None


def _read_sqlite() -> Durability:
    level = int(str(_value("PRAGMA synchronous")))
    return Durability(
        vendor="sqlite",
        journal=str(_value("PRAGMA journal_mode")),
        synchronous=_SQLITE_SYNCHRONOUS.get(level, str(level)),
        fsync="on",
        transactions=str(connection.settings_dict["OPTIONS"].get("transaction_mode", "DEFERRED")).lower(),
    )


def _read_postgresql() -> Durability:
    return Durability(
        vendor="postgresql",
        journal="wal",
        synchronous=str(_value("SHOW synchronous_commit")),
        fsync=str(_value("SHOW fsync")),
        transactions="deferred",
    )


def read_durability() -> Durability:
    """What the database promises on this very connection, asked rather than assumed."""
    return _read_sqlite() if connection.vendor == "sqlite" else _read_postgresql()


def log_durability() -> Durability:
    """Check the promise once, at the start of a process, and leave a line in its log."""
    found = check_durability()
    _log.info("database opened", pid=os.getpid(), **found.as_dict())
    return found


def check_durability() -> Durability:
    """Return the promise, or raise ``DurabilityRefused`` with what to change."""
    found = read_durability()
    if found.vendor == "sqlite":
        _check_sqlite(found)
    else:
        _check_postgresql(found, connection)
    return found


def _check_sqlite(found: Durability) -> None:
    wrong = found.journal != "wal" or found.synchronous not in {"full", "extra"} or found.transactions != "immediate"
    if wrong:
        raise DurabilityRefused(
            _(
                "The embedded database does not run with write-ahead logging and full synchronisation "
                "(journal %(journal)s, synchronous %(synchronous)s, transactions %(transactions)s). "
                "Put the data folder on a local disk: network folders cannot keep this promise."
            )
            % found.as_dict()
        )


def _check_postgresql(found: Durability, wrapper: BaseDatabaseWrapper) -> None:
    if found.fsync == "off" or found.synchronous == "off":
        raise DurabilityRefused(
            _(
                "PostgreSQL runs with fsync=%(fsync)s and synchronous_commit=%(synchronous)s: an acknowledged "
                "purchase could be lost in a power cut. Set both to on in postgresql.conf and start again."
            )
            % found.as_dict()
        )
    version = int(getattr(wrapper, "pg_version", _OLDEST_POSTGRESQL))
    if version < _OLDEST_POSTGRESQL:
        raise DurabilityRefused(_("Fleuve needs PostgreSQL 15 or later; this server is older."))
