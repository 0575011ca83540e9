"""Figures on their way into SQLite by the hundred thousand: held by a scratch database, taken many at a time.

A statement that binds each row would hand Python's lock back and forth a million times, and wait for it as often while
other cores work out month-ends: four times as long was measured (November 2026, a million list rows).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from django.conf import settings
from django.db import connection

__all__ = ["attached"]


@contextmanager
def attached(rows: pa.RecordBatchReader) -> Iterator[None]:
    """The rows as table ``news.rows`` of this connection, outside any transaction; their first column is its key."""
    folder = Path(settings.HOME) / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="news-", dir=folder) as scratch, connection.cursor() as cursor:
        path = Path(scratch) / "news.sqlite3"
        _write(path, rows)
        cursor.execute("ATTACH DATABASE %s AS news", [str(path)])
        cursor.execute("SELECT count(*) FROM news.rows WHERE false")  # opened now, so that the file need not stay
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DETACH DATABASE news")


def _write(path: Path, rows: pa.RecordBatchReader) -> None:
    """Through a driver that reads columns. It brings a SQLite of its own, so the file is closed before anybody else
    opens it: two libraries with one file in one process would undo each other's locks."""
    from adbc_driver_sqlite import dbapi

    key, *others = rows.schema.names
    with dbapi.connect(str(path)) as scratch, scratch.cursor() as cursor:
        cursor.execute(f"CREATE TABLE rows ({', '.join([f'{key} INTEGER PRIMARY KEY', *others])})")
        cursor.adbc_ingest("rows", rows, mode="append")
        scratch.commit()
