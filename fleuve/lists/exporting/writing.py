"""The three kinds of file, written batch after batch: memory stays flat however many rows there are."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import IO, Final

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet

from fleuve.lists.exporting.cells import Dialect
from fleuve.lists.exporting.columns import FileColumn
from fleuve.lists.exporting.wish import Form
from fleuve.lists.exporting.workbook import Workbook
from fleuve.ui.sheets import safe_cell

__all__ = ["MEDIA_TYPES", "write_file"]

MEDIA_TYPES: Final[dict[Form, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
_BOM: Final = "\ufeff".encode()  # without it spreadsheets read UTF-8 as the machine's old code page

Write = Callable[[list[pa.Array]], None]
Opener = Callable[[IO[bytes], Sequence[FileColumn], Dialect], AbstractContextManager[Write]]


def write_file(
    form: Form,
    sink: IO[bytes],
    columns: Sequence[FileColumn],
    batches: Iterable[list[pa.Array]],
    told: Callable[[int], None] = lambda _rows: None,
) -> int:
    """Write every batch; returns how many rows there were. ``told`` hears how many so far and may raise to stop."""
    rows = 0
    with _OPENERS[form](sink, columns, Dialect.of_reader()) as write:
        for arrays in batches:
            if arrays and len(arrays[0]):
                write(arrays)
                rows += len(arrays[0])
                told(rows)
    return rows


@contextmanager
def _csv(sink: IO[bytes], columns: Sequence[FileColumn], dialect: Dialect) -> Iterator[Write]:
    head = io.StringIO()
    csv.writer(head, delimiter=dialect.delimiter, lineterminator="\n").writerow(
        [safe_cell(column.heading) for column in columns]
    )
    sink.write(_BOM + head.getvalue().encode())
    schema = pa.schema([(str(place), pa.string()) for place in range(len(columns))])
    # Every text in quotes, so that an empty one differs from none and no cell breaks a line.
    options = arrow_csv.WriteOptions(include_header=False, delimiter=dialect.delimiter, quoting_style="needed")
    with arrow_csv.CSVWriter(sink, schema, write_options=options) as writer:
        yield lambda arrays: writer.write_batch(pa.record_batch([dialect.texts(one) for one in arrays], schema=schema))


@contextmanager
def _parquet(sink: IO[bytes], columns: Sequence[FileColumn], _dialect: Dialect) -> Iterator[Write]:
    """Columns by their keys, which no language changes; their headings travel as a description."""
    fields = [pa.field(one.key, one.type, metadata={"description": one.heading}) for one in columns]
    schema = pa.schema(fields)
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        yield lambda arrays: writer.write_batch(pa.record_batch(arrays, schema=schema))


@contextmanager
def _xlsx(sink: IO[bytes], columns: Sequence[FileColumn], dialect: Dialect) -> Iterator[Write]:
    with Workbook(sink, [column.heading for column in columns], dialect) as book:
        yield book.write


_OPENERS: Final[dict[Form, Opener]] = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}
