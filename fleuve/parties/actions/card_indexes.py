"""Take indexes of the list rows away while nearly all rows change, and put back those that are missing.

Changing one sorted figure of every row costs most in its index, page by page at random; building the index again costs
a second for a million rows. Without an index lists stay right, only slower. Who is killed in between leaves indexes
missing: every valuation and every start of the server puts them back first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, models, transaction

from fleuve.parties.models import PartyCard

__all__ = ["card_indexes_of", "drop_card_index", "restore_card_indexes"]

_SMALL_PARTS: Final = (("temp_store", 1), ("cache_size", -2048))  # in files; 2 MB


def card_indexes_of(columns: Collection[str]) -> tuple[models.Index, ...]:
    """The indexes of the list rows that sort by one of these columns."""
    return tuple(index for index in PartyCard._meta.indexes if not set(columns).isdisjoint(index.fields))


def drop_card_index(index: models.Index) -> None:
    """Take one index away; nothing happens where it is missing already."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {connection.ops.quote_name(index.name)}")


def restore_card_indexes(write: Callable[[Callable[[], None]], None] | None = None) -> int:
    """Build every index of the list rows that is missing, each in a transaction of its own; returns how many were.

    ``write`` opens that transaction, where the caller's writes are fenced.
    """
    table = PartyCard._meta.db_table
    with connection.cursor() as cursor:
        there = connection.introspection.get_constraints(cursor, table)
    missing = [index for index in PartyCard._meta.indexes if index.name not in there]
    if missing:
        with _sorting_in_small_parts():
            for index in missing:
                (write or _at_once)(lambda index=index: _create(index))  # type: ignore[misc]
    return len(missing)


@contextmanager
def _sorting_in_small_parts() -> Iterator[None]:
    """SQLite sorts parts of some megabytes and merges them: a million entries in one part cost two thirds more.

    With temporary trees in memory it knows one part only. Neither can be told inside a transaction.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        usual = [(name, cursor.execute(f"PRAGMA {name}").fetchone()[0]) for name, _value in _SMALL_PARTS]
    try:
        _tell(_SMALL_PARTS)
        yield
    finally:
        _tell(usual)


def _tell(settings: Iterable[tuple[str, object]]) -> None:
    with connection.cursor() as cursor:
        for name, value in settings:
            cursor.execute(f"PRAGMA {name} = {value}")


def _at_once(build: Callable[[], None]) -> None:
    with transaction.atomic():
        build()


def _create(index: models.Index) -> None:
    statement = str(index.create_sql(PartyCard, connection.schema_editor(collect_sql=True)))
    with connection.cursor() as cursor:
        # Somebody else may have been faster.
        cursor.execute(statement.replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS", 1))
