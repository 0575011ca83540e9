"""Rows out of either database, in the written form, from one unmoving snapshot."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import connection, transaction

from fleuve.config.backup.tables import Column, Table

__all__ = ["Snapshot", "snapshot"]

_FETCH = 5000


class Snapshot(Protocol):
    """The database as it was at one moment, whatever is written meanwhile."""

    def count(self, table: Table) -> int: ...

    def rows(self, table: Table) -> Iterator[Any]: ...


class _SQLite:
    def __init__(self, source: sqlite3.Connection) -> None:
        self._source = source

    def count(self, table: Table) -> int:
        return int(self._source.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0])

    def rows(self, table: Table) -> Iterator[Any]:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        cursor = self._source.execute(f'SELECT {names} FROM "{table.name}" ORDER BY rowid')
        binary = [place for place, column in enumerate(table.columns) if column.kind == "binary"]
        for row in cursor:
            yield _with_text(row, binary) if binary else row


# Canonical text of PostgreSQL's types: what SQLite would have stored for the same value.
_POSTGRESQL = {
    "boolean": "{}::int",
    "date": "{}::text",
    "decimal": "{}::text",
    "json": "{}::text",
    "uuid": "replace({}::text, '-', '')",
    "time": "regexp_replace(to_char({}, 'HH24:MI:SS.US'), '\\.000000$', '')",
    "moment": "regexp_replace(to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), '\\.000000$', '')",
    "binary": "encode({}, 'base64')",
}


class _PostgreSQL:
    def count(self, table: Table) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table.name}"')
            row = cursor.fetchone()
        return int(row[0]) if row else 0

    def rows(self, table: Table) -> Iterator[Any]:
        names = ", ".join(_selected(column) for column in table.columns)
        raw = connection.connection
        with raw.cursor(name="fleuve_backup") as cursor:
            cursor.itersize = _FETCH
            cursor.execute(f'SELECT {names} FROM "{table.name}" ORDER BY 1')
            yield from cursor


def _selected(column: Column) -> str:
    return _POSTGRESQL.get(column.kind, "{}").format(f'"{column.name}"')


def _with_text(row: tuple[Any, ...], binary: list[int]) -> list[Any]:
    values = list(row)
    for place in binary:
        if values[place] is not None:
            values[place] = base64.b64encode(values[place]).decode()
    return values


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """A read transaction that blocks nobody."""
    if connection.vendor == "sqlite":
        # Not Django's connection: its transactions take the write lock at once, and a backup must not.
        source = sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True, isolation_level=None)
        try:
            source.execute("BEGIN")
            yield _SQLite(source)
        finally:
            source.close()
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield _PostgreSQL()
