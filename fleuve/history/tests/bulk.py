"""Rows into the tables of a test by the hundred thousand, below the ORM, on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

__all__ = ["insert"]


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows`` into the table of ``model``: executemany on SQLite, COPY on PostgreSQL."""
    table, names = model._meta.db_table, ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join("?" for _ in columns)
        cursor.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
