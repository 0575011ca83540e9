"""Many rows into empty tables, below the ORM: the vendor file of the generator.

While it lasts, the tables have no secondary index and no foreign key is looked up: both are made once at the end, which
takes a fraction of keeping them up row by row. On PostgreSQL all of it is one transaction. SQLite does not wait for the
disk meanwhile, which is why this may only happen to an example that can be made again: afterwards the file is put on
the disk whole, read through, and synchronises fully again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pyarrow as pa
from django.db import IntegrityError, connection, models, transaction
from pyarrow import csv

from fleuve.demo.generator.tables import Rows

__all__ = ["Write", "writing"]

Write = Callable[[Rows], None]

_SQLITE_PAGES_BEFORE_CHECKPOINT: Final = 65_536
_SQLITE_CACHE_KIB: Final = 262_144
_INDEXES: Final = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = %s"
# Indexes that no constraint owns; those of primary and unique keys stay, because others refer to them.
_POSTGRESQL_INDEXES: Final = """
SELECT i.indexname, i.indexdef FROM pg_indexes i
WHERE i.schemaname = current_schema() AND i.tablename = %s
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname AND c.conrelid = i.tablename::regclass)
"""
_POSTGRESQL_KEYS: Final = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass
"""


@contextmanager
def writing(tables: Iterable[type[models.Model]]) -> Iterator[Write]:
    """Give a function that adds rows to these tables; on leaving, everything about them is as it was before."""
    listed = list(tables)
    with _sqlite(listed) if connection.vendor == "sqlite" else _postgresql(listed) as write:
        yield write


@contextmanager
def _sqlite(tables: list[type[models.Model]]) -> Iterator[Write]:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA cache_size = -{_SQLITE_CACHE_KIB}")
        cursor.execute(f"PRAGMA wal_autocheckpoint = {_SQLITE_PAGES_BEFORE_CHECKPOINT}")
        cursor.execute("PRAGMA synchronous = OFF")
        cursor.execute("PRAGMA foreign_keys = OFF")
        indexes = [row for table in tables for row in cursor.execute(_INDEXES, [table._meta.db_table]).fetchall()]
        _each(f'DROP INDEX "{name}"' for name, _sql in indexes)
    try:
        yield _insert
        _each(sql for _name, sql in indexes)
        _check_sqlite(tables)
    finally:
        # The next connection starts with the promises of the settings.
        connection.close()


def _insert(rows: Rows) -> None:
    names = ", ".join(f'"{name}"' for name in rows.names)
    places = ", ".join("?" * len(rows.names))
    statement = f'INSERT INTO "{rows.model._meta.db_table}" ({names}) VALUES ({places})'
    with transaction.atomic(), connection.cursor() as cursor:
        raw: Any = cursor.connection
        raw.executemany(statement, rows.as_tuples())


def _check_sqlite(tables: list[type[models.Model]]) -> None:
    """No row may point nowhere, no page may be damaged, and all of it is on the disk before anybody is told."""
    with connection.cursor() as cursor:
        for table in tables:
            if cursor.execute(f'PRAGMA foreign_key_check("{table._meta.db_table}")').fetchone():
                raise IntegrityError(f"A made-up row of {table._meta.label} refers to none.")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        found = cursor.execute("PRAGMA quick_check").fetchone()
    if found is None or found[0] != "ok":
        raise IntegrityError(f"The made-up database is damaged: {found}")
    descriptor = os.open(connection.settings_dict["NAME"], os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _postgresql(tables: list[type[models.Model]]) -> Iterator[Write]:
    names = [table._meta.db_table for table in tables]
    with transaction.atomic():
        with connection.cursor() as cursor:
            keys = [(name, *row) for name in names for row in _rows(cursor, _POSTGRESQL_KEYS, name)]
            indexes = [row for name in names for row in _rows(cursor, _POSTGRESQL_INDEXES, name)]
        _each(f'ALTER TABLE "{table}" DROP CONSTRAINT "{key}"' for table, key, _told in keys)
        _each(f'DROP INDEX "{name}"' for name, _told in indexes)
        yield _copy
        _each(told for _name, told in indexes)
        _each(f'ALTER TABLE "{table}" ADD CONSTRAINT "{key}" {told}' for table, key, told in keys)
    _each(f'ANALYZE "{name}"' for name in names)


def _rows(cursor: Any, statement: str, name: str) -> list[tuple[str, str]]:
    cursor.execute(statement, [name])
    found: list[tuple[str, str]] = cursor.fetchall()
    return found


def _copy(rows: Rows) -> None:
    names = ", ".join(f'"{name}"' for name in rows.names)
    statement = f'COPY "{rows.model._meta.db_table}" ({names}) FROM STDIN (FORMAT csv)'
    sink = pa.BufferOutputStream()
    csv.write_csv(rows.as_arrow(), sink, csv.WriteOptions(include_header=False))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(sink.getvalue().to_pybytes())


def _each(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
