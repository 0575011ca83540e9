"""Rows into either database, from the written form."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from fleuve.config.backup.tables import Column, Table

__all__ = ["clear_tables", "count_rows", "load_rows"]

_BATCH = 5000


def count_rows(table: Table) -> int:
    """Rows in the table now."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table.name}"')
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def clear_tables(tables: Iterable[Table]) -> None:
    """Empty the tables, those that refuse a deletion included; foreign keys are checked when the transaction ends."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table in tables:
                _delete_without_triggers(cursor, table)
        else:
            names = ", ".join(f'"{table.name}"' for table in tables)
            cursor.execute(f"TRUNCATE {names}")


def _delete_without_triggers(cursor: CursorWrapper, table: Table) -> None:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    triggers = list(cursor.execute(query, [table.name]))
    for name, _sql in triggers:
        cursor.execute(f'DROP TRIGGER "{name}"')
    cursor.execute(f'DELETE FROM "{table.name}"')
    for _name, sql in triggers:
        cursor.execute(sql)


def load_rows(table: Table, columns: tuple[Column, ...], rows: Iterable[list[Any]]) -> None:
    """Put the rows in, below the ORM: ``executemany`` on SQLite, ``COPY`` on PostgreSQL."""
    if connection.vendor == "sqlite":
        _insert(table, columns, rows)
    else:
        _copy(table, columns, rows)


def _insert(table: Table, columns: tuple[Column, ...], rows: Iterable[list[Any]]) -> None:
    names = ", ".join(f'"{column.name}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    prepared = _with_bytes(columns, rows)
    raw = connection.connection
    while batch := list(islice(prepared, _BATCH)):
        raw.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', batch)


def _with_bytes(columns: tuple[Column, ...], rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    binary = [place for place, column in enumerate(columns) if column.kind == "binary"]
    for row in rows:
        for place in binary:
            row[place] = None if row[place] is None else base64.b64decode(row[place])
        yield row


def _copy(table: Table, columns: tuple[Column, ...], rows: Iterable[list[Any]]) -> None:
    names = ", ".join(f'"{column.name}"' for column in columns)
    conversions = [_TO_POSTGRESQL.get(column.kind) for column in columns]
    places = [(place, convert) for place, convert in enumerate(conversions) if convert is not None]
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            for place, convert in places:
                if row[place] is not None:
                    row[place] = convert(row[place])
            copy.write_row(row)


def _hexadecimal(text: str) -> str:
    return "\\x" + base64.b64decode(text).hex()


# COPY reads text; only what PostgreSQL would misread is converted.
_TO_POSTGRESQL: dict[str, Callable[[Any], Any]] = {
    "boolean": bool,
    "moment": lambda text: text + "+00",
    "decimal": str,
    "binary": _hexadecimal,
}
