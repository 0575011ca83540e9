"""Values of list rows as the database hands them over, in the Arrow types of the mirror."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

from fleuve.attributes import Attribute

__all__ = ["arrow_batch", "arrow_type"]

_FIXED: Final = {
    "money": pa.int64(), "link": pa.int64(), "date": pa.date32(), "yes_no": pa.bool_(), "number": pa.float64(),
}  # fmt: skip


def arrow_type(attribute: Attribute) -> pa.DataType:
    """The type of an attribute's column."""
    return _FIXED.get(attribute.type, pa.string())


def arrow_batch(rows: Sequence[Sequence[Any]], attributes: Sequence[Attribute]) -> pa.RecordBatch:
    """Rows of a party's id and these attributes, as a batch."""
    schema = pa.schema([("party_id", pa.int64()), *((one.key, arrow_type(one)) for one in attributes)])
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pa.record_batch([_column(one, to.type) for one, to in zip(columns, schema, strict=True)], schema=schema)


def _column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """A field of the house says yes with a 1."""
    if pa.types.is_boolean(kind):
        values = [None if one is None else bool(one) for one in values]
    return pa.array(values, kind)
