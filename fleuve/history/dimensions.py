"""The small tables beside the lines: who a record belongs to, what a product is, how a source is to be read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Final

import pyarrow as pa
from django.db import connection

from fleuve.history.derivation import Dimensions
from fleuve.history.export import Reader
from fleuve.parties.models import Source
from fleuve.touchpoints.models import SourceSettings

__all__ = ["fingerprint", "read_dimensions"]

_RECORDS: Final = """
SELECT r.id, m.party_id, r.special, r.special_by, r.name, {since}, r.kind, r.country
FROM parties_record r LEFT JOIN parties_membership m ON m.record_id = r.id AND m.until_at IS NULL
"""
_RECORD_SCHEMA: Final = pa.schema(
    [
        ("record_id", pa.int64()),
        ("party_id", pa.int64()),
        ("special", pa.string()),
        ("special_by", pa.string()),
        ("name", pa.string()),
        ("customer_since", pa.int32()),
        ("kind", pa.string()),
        ("country", pa.string()),
    ]
)
_PRODUCTS: Final = "SELECT id, source_id, code, name, category, kind FROM touchpoints_product"
_PRODUCT_SCHEMA: Final = pa.schema(
    [
        ("product_id", pa.int64()),
        ("source_id", pa.int64()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("category", pa.string()),
        ("kind", pa.string()),
    ]
)
_SETTING_SCHEMA: Final = pa.schema(
    [
        ("source_id", pa.int64()),
        ("vat_included", pa.bool_()),
        ("vat_bp", pa.int64()),
        ("margin_bp", pa.int64()),
        ("return_window_days", pa.int64()),
        ("keeps_identical_lines", pa.bool_()),
        ("counts_walk_in", pa.bool_()),
        ("reads_contracts", pa.bool_()),
    ]
)
_COUNTED_SCHEMA: Final = pa.schema([("source_id", pa.int64()), ("kind", pa.string())])
_MARGIN_SCHEMA: Final = pa.schema([("source_id", pa.int64()), ("category", pa.string()), ("margin_bp", pa.int64())])


def read_dimensions(reader: Reader) -> Dimensions:
    """Everything besides the lines, fresh from the database: at most some rows per customer and product."""
    settings = _settings_rows()
    counted = [(row.source_id, kind) for row in settings for kind in row.counted_kinds]
    margins = [(row.source_id, name, bp) for row in settings for name, bp in row.category_margins.items()]
    return Dimensions(
        records=reader.table(_RECORDS.format(since=reader.days("r.customer_since")), _RECORD_SCHEMA),
        products=reader.table(_PRODUCTS, _PRODUCT_SCHEMA),
        settings=pa.Table.from_pylist([_as_dict(row) for row in settings], schema=_SETTING_SCHEMA),
        counted_kinds=_table(counted, _COUNTED_SCHEMA),
        category_margins=_table(margins, _MARGIN_SCHEMA),
    )


def fingerprint() -> str:
    """Changes when anything besides the lines changed that the derivation reads; costs five small statements.

    A record or membership is never updated without ``updated_at`` or a new membership row telling of it.
    """
    parts = [[sorted(_as_dict(row).items()), row.counted_kinds, row.category_margins] for row in _settings_rows()]
    with connection.cursor() as cursor:
        for statement in _FINGERPRINTS:
            cursor.execute(statement)
            parts.append([[str(value) for value in row] for row in cursor.fetchall()])
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


_FINGERPRINTS: Final = (
    "SELECT count(*), max(updated_at) FROM parties_record",
    "SELECT count(*), count(until_at), max(from_at), max(until_at) FROM parties_membership",
    "SELECT source_id, kind, count(*), sum(id % 1000003) FROM touchpoints_product GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT category, count(*), sum(id % 1000003) FROM touchpoints_product GROUP BY 1 ORDER BY 1",
)


def _settings_rows() -> list[SourceSettings]:
    """One per source; a source that nobody was asked about has the answers of a new one."""
    told = {row.source_id: row for row in SourceSettings.objects.all()}
    sources = Source.objects.order_by("id").values_list("id", "created_at")
    return [told.get(pk) or SourceSettings(source_id=pk, updated_at=created_at) for pk, created_at in sources]


def _as_dict(row: SourceSettings) -> dict[str, object]:
    return {name: getattr(row, name) for name in _SETTING_SCHEMA.names}


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns: list[Sequence[object]] = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    return pa.Table.from_arrays(
        [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
