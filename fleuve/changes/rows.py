"""Writing many rows at once below the ORM: ``executemany`` on SQLite, ``COPY`` on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, models

from fleuve.changes.models import Change
from fleuve.changes.rules import Edited, Origin
from fleuve.kernel.ids import new_ids
from fleuve.kernel.principal import Principal

__all__ = ["bound", "insert_changes", "insert_rows", "update_rows"]

_COLUMNS: Final = (
    "id", "subject_kind", "subject_id", "party_id", "field", "number", "old", "new", "origin", "origin_id", "at",
    "actor_kind", "actor_id", "actor_label", "undone_at", "undone_by_label", "event_id",
)  # fmt: skip


def bound(value: Any) -> Any:
    """A value as the database stores it: SQLite keeps moments as text in UTC and days as ISO text."""
    if connection.vendor != "sqlite":
        return value
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.isoformat() if isinstance(value, date) else value


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of ``bound`` values, in the order of ``columns``."""
    if not rows:
        return
    table, names = _quoted(model._meta.db_table), ", ".join(map(_quoted, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Update rows of ``bound`` values: the new values in the order of ``columns``, then the id."""
    if not rows:
        return
    names = ", ".join(f"{_quoted(column)} = %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {_quoted(model._meta.db_table)} SET {names} WHERE id = %s", rows)


def insert_changes(
    edits: Sequence[Edited], origin: Origin, by: Principal, at: datetime, event_id: int | None = None
) -> None:
    """Write one row of the journal for each edit, in the order given."""
    told = (origin.kind, origin.id, bound(at), by.kind, by.id, by.label, None, "", event_id)
    rows = [
        (row_id, one.subject_kind, one.subject_id, one.party_id, one.field, one.number, one.old, one.new, *told)
        for row_id, one in zip(new_ids(len(edits)), edits, strict=True)
    ]
    insert_rows(Change, _COLUMNS, rows)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
