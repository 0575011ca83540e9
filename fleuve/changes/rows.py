"""Inserting many rows of the journal at once, below the ORM: ``executemany`` on SQLite, ``COPY`` on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

from fleuve.changes.models import Change
from fleuve.changes.rules import Edited, Origin
from fleuve.kernel.ids import new_ids
from fleuve.kernel.principal import Principal

__all__ = ["insert_changes"]

_COLUMNS: Final = (
    "id", "subject_kind", "subject_id", "party_id", "field", "number", "old", "new", "origin", "origin_id", "at",
    "actor_kind", "actor_id", "actor_label", "undone_at", "undone_by_label", "event_id",
)  # fmt: skip


def insert_changes(
    edits: Sequence[Edited], origin: Origin, by: Principal, at: datetime, event_id: int | None = None
) -> None:
    """Write one row for each edit, in the order given."""
    moment: Any = connection.ops.adapt_datetimefield_value(at) if connection.vendor == "sqlite" else at
    told = (origin.kind, origin.id, moment, by.kind, by.id, by.label, None, "", event_id)
    rows = [
        (row_id, one.subject_kind, one.subject_id, one.party_id, one.field, one.number, one.old, one.new, *told)
        for row_id, one in zip(new_ids(len(edits)), edits, strict=True)
    ]
    table = connection.ops.quote_name(Change._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in _COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(_COLUMNS))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
