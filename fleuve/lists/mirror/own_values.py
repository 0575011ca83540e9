"""Fields of one's own as columns: the narrow table of their values turned round.

A record may say a value itself, and several records make one party: what was typed by hand stands first, then the
newest record. A row without any value says that somebody emptied the field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import duckdb
import pyarrow as pa

from fleuve.attributes import Attribute
from fleuve.history.export import Reader
from fleuve.lists.mirror.pouring import pour

__all__ = ["own_column_sql", "read_own_values"]

_MANUAL: Final = "manual"
_SCHEMA: Final = pa.schema(
    [
        ("party_id", pa.int64()),
        ("field_id", pa.int64()),
        ("record_id", pa.int64()),
        ("by_hand", pa.int32()),
        ("text", pa.string()),
        ("folded", pa.string()),
        ("number", pa.int64()),
        ("day", pa.int32()),
    ]
)
_VALUES: Final = """
SELECT m.party_id, v.field_id, v.record_id, CASE WHEN s.key = '{manual}' THEN 1 ELSE 0 END, v.text, v.folded, v.number,
       {day}
FROM parties_ownvalue v
JOIN parties_membership m ON m.record_id = v.record_id AND m.until_at IS NULL
JOIN parties_record r ON r.id = v.record_id
JOIN parties_source s ON s.id = r.source_id
WHERE v.field_id IN ({fields}){within}
"""
_TYPED: Final = {
    "text": "nullif(\"text\", '')",
    "choice": "nullif(\"text\", '')",
    "choices": "nullif(\"text\", '')",
    "number": "number / 1e6",
    "money": "number",
    "link": "number",
    "yes_no": "number <> 0",
    "date": "DATE '1970-01-01' + day",
}


def read_own_values(
    duck: duckdb.DuckDBPyConnection, reader: Reader, fields: Sequence[Attribute], target: str, within: str = ""
) -> None:
    """Make the table ``target`` of ``duck``: one row for each party with a value, one column for each field."""
    columns = "".join(f", {column}" for one in fields for column in own_column_sql(one))
    if not fields:
        duck.execute(f"CREATE OR REPLACE TEMP TABLE {target} (party_id BIGINT)")
        return
    listed = ", ".join(str(int(one.field)) for one in fields)
    sql = _VALUES.format(manual=_MANUAL, day=reader.days("v.day"), fields=listed, within=within)
    duck.register("no_values", _SCHEMA.empty_table())
    duck.execute("CREATE OR REPLACE TEMP TABLE told_values AS SELECT * FROM no_values")
    pour(duck, reader.batches(sql, _SCHEMA), "INSERT INTO told_values SELECT * FROM poured")
    duck.execute(f"""
        CREATE OR REPLACE TEMP TABLE {target} AS
        WITH spoken AS (
            SELECT * FROM told_values
            QUALIFY row_number() OVER (PARTITION BY party_id, field_id ORDER BY by_hand DESC, record_id DESC) = 1
        )
        SELECT party_id{columns} FROM spoken GROUP BY party_id""")
    duck.execute("DROP TABLE told_values")


def own_column_sql(attribute: Attribute) -> list[str]:
    """The columns of one field, as aggregates over the values that count; a searched text has its folded form too."""
    only = f"FILTER (field_id = {int(attribute.field)})"
    found = [f'any_value({_TYPED[attribute.type]}) {only} AS "{attribute.sql_column}"']
    if attribute.folded_column:
        found.append(f"any_value(nullif(folded, '')) {only} AS \"{attribute.folded_column}\"")
    return found
