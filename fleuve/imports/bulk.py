"""Writing many rows below the ORM: ``executemany`` on SQLite, ``COPY`` on PostgreSQL. The vendor file of imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection, models

__all__ = ["chunks", "day_value", "delete_rows", "insert_rows", "moment_value", "update_rows"]

T = TypeVar("T")

# SQLite binds at most 32,766 values a statement by default, and plans long lists slowly.
_PLACES = 900


def chunks(values: Sequence[T], size: int = _PLACES) -> Iterator[Sequence[T]]:
    """Parts small enough for the placeholders of one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def moment_value(moment: datetime) -> Any:
    """A moment as the database stores it: text in UTC on SQLite."""
    return connection.ops.adapt_datetimefield_value(moment) if connection.vendor == "sqlite" else moment


def day_value(day: date | None) -> Any:
    """A day as the database stores it."""
    return day.isoformat() if day is not None and connection.vendor == "sqlite" else day


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of plain values, in the order of ``columns``."""
    if not rows:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Update rows of plain values: the new values in the order of ``columns``, then the id."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(f"{connection.ops.quote_name(column)} = %s" for column in columns)
    listed = list(rows)
    if listed:
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET {names} WHERE id = %s", listed)


def delete_rows(model: type[models.Model], ids: Sequence[int]) -> int:
    """Delete rows by id without looking for what refers to them; returns how many went."""
    table = connection.ops.quote_name(model._meta.db_table)
    gone = 0
    with connection.cursor() as cursor:
        for part in chunks(ids):
            places = ", ".join(["%s"] * len(part))
            cursor.execute(f"DELETE FROM {table} WHERE id IN ({places})", list(part))
            gone += cursor.rowcount
    return gone
