"""Database → Arrow: purchase lines month by month, and the small tables beside them, in one consistent snapshot.

Through ADBC in batches of 65,536 rows; through Django's own connection when a transaction is open on it, because a
second connection would not see what that transaction wrote. Dates travel as integers (days and seconds since 1970):
the two databases agree on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection

__all__ = ["BATCH_ROWS", "LINE_SCHEMA", "Reader", "export_month", "snapshot"]

BATCH_ROWS: Final = 65_536

LINE_SCHEMA: Final = pa.schema(
    [
        ("line_id", pa.int64()),
        ("purchase_id", pa.int64()),
        ("ordinal", pa.int32()),
        ("product_id", pa.int64()),
        ("quantity_e3", pa.int64()),
        ("unit_price_e4", pa.int64()),
        ("amount", pa.int64()),
        ("cost", pa.int64()),
        ("import_row", pa.int32()),
        ("source_id", pa.int64()),
        ("record_id", pa.int64()),
        ("number", pa.string()),
        ("is_credit", pa.int32()),
        ("status", pa.string()),
        ("at_seconds", pa.int64()),
        ("day_number", pa.int32()),
        ("month", pa.int32()),
    ]
)

_SECONDS: Final = {"sqlite": "CAST(strftime('%s', {0}) AS INTEGER)", "postgresql": "extract(epoch from {0})::bigint"}
_DAYS: Final = {
    "sqlite": "CAST(julianday({0}) - 2440587.5 AS INTEGER)",
    "postgresql": "({0} - DATE '1970-01-01')",
}
# The month is a whole number made by us, so it is written into the statement: both drivers then agree on its type.
_LINES: Final = """
SELECT l.id, l.purchase_id, l.ordinal, l.product_id, l.quantity_e3, l.unit_price_e4, l.amount_home, l.cost_home,
       l.import_row, p.source_id, p.record_id, p.number, CASE WHEN p.kind = 'credit' THEN 1 ELSE 0 END, p.status,
       {at}, {day}, p.local_month
FROM touchpoints_purchase p JOIN touchpoints_purchaseline l ON l.purchase_id = p.id
WHERE p.local_month = {month}
"""


@dataclass(frozen=True)
class Reader:
    """A snapshot of the database: ``batches(sql, schema)`` streams the answer as Arrow record batches."""

    vendor: str
    batches: Callable[[str, pa.Schema], Iterator[pa.RecordBatch]]

    def seconds(self, column: str) -> str:
        """SQL of a time as whole seconds since 1970."""
        return _SECONDS[self.vendor].format(column)

    def days(self, column: str) -> str:
        """SQL of a date as days since 1970."""
        return _DAYS[self.vendor].format(column)

    def table(self, sql: str, schema: pa.Schema) -> pa.Table:
        """The whole answer as one table."""
        return pa.Table.from_batches(list(self.batches(sql, schema)), schema=schema)


@contextmanager
def snapshot() -> Iterator[Reader]:
    """Everything read inside sees one moment of the database."""
    if connection.in_atomic_block:
        yield Reader(connection.vendor, _batches_of_django)
        return
    with _adbc() as dbapi:
        yield Reader(connection.vendor, lambda sql, schema: _batches_of_adbc(dbapi, sql, schema))


def export_month(reader: Reader, month: int, target: Path) -> int:
    """Write the lines of a month to ``target`` and return their number; nothing is written for an empty month."""
    sql = _LINES.format(at=reader.seconds("p.at"), day=reader.days("p.local_day"), month=int(month))
    count, writer = 0, None
    try:
        for batch in reader.batches(sql, LINE_SCHEMA):
            writer = writer or pq.ParquetWriter(target, LINE_SCHEMA, compression="zstd")
            writer.write_batch(batch)
            count += batch.num_rows
    finally:
        if writer is not None:
            writer.close()
    return count


def _batches_of_django(sql: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(BATCH_ROWS):
            columns = zip(*rows, strict=True)
            yield pa.record_batch(
                [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)],
                schema=schema,
            )


def _batches_of_adbc(dbapi: Any, sql: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    with dbapi.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(BATCH_ROWS)})
        cursor.execute(sql)
        for batch in cursor.fetch_record_batch():
            if batch.num_rows:
                yield pa.record_batch(
                    [column.cast(field.type) for column, field in zip(batch.columns, schema, strict=True)],
                    schema=schema,
                )


@contextmanager
def _adbc() -> Iterator[Any]:
    if connection.vendor == "sqlite":
        from adbc_driver_sqlite import dbapi as sqlite_dbapi

        # A read transaction opens with the first statement and holds its snapshot (write-ahead log).
        with sqlite_dbapi.connect(str(connection.settings_dict["NAME"])) as opened:
            yield opened
        return
    from adbc_driver_postgresql import dbapi as postgresql_dbapi

    with postgresql_dbapi.connect(_postgresql_uri()) as opened:
        with opened.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield opened


def _postgresql_uri() -> str:
    told = connection.settings_dict
    options = {key: str(value) for key, value in told["OPTIONS"].items() if isinstance(value, (str, int))}
    host, port = told["HOST"], told["PORT"]
    if host.startswith("/"):  # a socket's folder cannot stand in the address
        options, host = {**options, "host": host}, ""
    place = f"{host}:{port}" if host and port else host
    if not host and port:
        options["port"] = str(port)
    user = quote(told["USER"], safe="")
    password = f":{quote(told['PASSWORD'], safe='')}" if told["PASSWORD"] else ""
    sign_in = f"{user}{password}@" if user else ""
    return f"postgresql://{sign_in}{place}/{quote(told['NAME'], safe='')}?{urlencode(options)}"
