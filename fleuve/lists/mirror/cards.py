"""List rows from the database as Arrow: all of them for a new mirror, or some that changed since.

SQLite hands over each row as one line of CSV, which Arrow reads several times faster than Python makes 40 values of it;
fractions alone travel beside it, because SQLite writes them with 15 digits. Its own Arrow driver is not used: it brings
a second copy of the SQLite library, and two copies in one process cancel each other's file locks (``history.export``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa
from pyarrow import csv

from fleuve.history.export import Reader
from fleuve.lists.mirror.columns import CardColumn, card_columns

__all__ = ["card_batches", "card_schema", "cards_of"]

_TABLE: Final = "parties_partycard"
_LIVING: Final = "NOT is_removed"
# Numbers as literals: a statement of 5,000 ids has 100 kB, well below SQLite's megabyte.
_AT_ONCE: Final = 5_000
_PARSED: Final = csv.ParseOptions(newlines_in_values=True)


def card_schema() -> pa.Schema:
    """The types of the columns of the list row in the mirror."""
    return pa.schema([(column.name, column.type) for column in card_columns()])


def card_batches(reader: Reader, condition: str = _LIVING) -> Iterator[pa.RecordBatch]:
    """The list rows for which the SQL ``condition`` holds."""
    if reader.vendor == "sqlite":
        return _packed_batches(reader, condition)
    return _plain_batches(reader, condition)


def cards_of(reader: Reader, ids: Sequence[int]) -> pa.Table:
    """The list rows of these parties that are there and not in the trash."""
    parts = [
        batch
        for start in range(0, len(ids), _AT_ONCE)
        for batch in card_batches(reader, f"{_LIVING} AND party_id IN ({_listed(ids[start : start + _AT_ONCE])})")
    ]
    return pa.Table.from_batches(parts, schema=card_schema())


def _listed(ids: Sequence[int]) -> str:
    return ", ".join(str(int(one)) for one in ids)


def _plain_batches(reader: Reader, condition: str) -> Iterator[pa.RecordBatch]:
    """Days travel as whole numbers: drivers agree on nothing else."""
    columns = card_columns()
    told = [reader.days(one.name) if pa.types.is_date(one.type) else one.name for one in columns]
    travels = pa.schema([(one.name, pa.int32() if pa.types.is_date(one.type) else one.type) for one in columns])
    for batch in reader.batches(f"SELECT {', '.join(told)} FROM {_TABLE} WHERE {condition} ORDER BY party_id", travels):
        arrays = [array.cast(one.type) for array, one in zip(batch.columns, columns, strict=True)]
        yield pa.record_batch(arrays, schema=card_schema())


def _packed_batches(reader: Reader, condition: str) -> Iterator[pa.RecordBatch]:
    packed = [one for one in card_columns() if not pa.types.is_floating(one.type)]
    fractions = [one for one in card_columns() if pa.types.is_floating(one.type)]
    line = " || ',' || ".join(_as_csv(one) for one in packed)
    names = "".join(f", {one.name}" for one in fractions)
    travels = pa.schema([("line", pa.string()), *((one.name, one.type) for one in fractions)])
    for batch in reader.batches(f"SELECT {line}{names} FROM {_TABLE} WHERE {condition} ORDER BY party_id", travels):
        table = _parsed(batch.column(0).to_pylist(), packed)
        for place, one in enumerate(fractions, start=1):
            table = table.append_column(one.name, batch.column(place))
        yield from table.select(card_schema().names).cast(card_schema()).combine_chunks().to_batches()


def _as_csv(column: CardColumn) -> str:
    """A text stands in quotes, so that an empty one is not taken for none."""
    if pa.types.is_string(column.type):
        return f"""coalesce('"' || replace({column.name}, '"', '""') || '"', '')"""
    return f"coalesce({column.name}, '')"


def _parsed(lines: Sequence[str], columns: Sequence[CardColumn]) -> pa.Table:
    text = "\n".join(lines).encode()
    return csv.read_csv(
        pa.py_buffer(text),
        read_options=csv.ReadOptions(column_names=[one.name for one in columns], block_size=len(text) + 1),
        parse_options=_PARSED,
        convert_options=csv.ConvertOptions(
            column_types={one.name: one.type for one in columns},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
