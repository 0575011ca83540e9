"""Derived tables from the monthly exports: DuckDB for everything but the matching of returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from fleuve.history.export import LINE_SCHEMA, PURCHASE_SCHEMA
from fleuve.history.matching import Credits, Matches, Sales, match_returns
from fleuve.history.special_records import mark_special_records
from fleuve.history.store import DERIVED_TABLES, base_files, engine, generous_memory_mb, quoted

__all__ = ["Dimensions", "derive"]

_DAY_SECONDS = 86_400
_PAIRS = """
CREATE TEMP TABLE pairs AS
SELECT party_id, product_key, (row_number() OVER () - 1)::BIGINT AS pair
FROM (
    SELECT DISTINCT party_id, coalesce(product_id, 0) AS product_key
    FROM classified WHERE first_state = 'open' AND product_kind = 'product' AND takes_back
)
"""
_SIDE = """
SELECT c.line_id, p.pair, epoch(c."at")::BIGINT AS seconds, c.measure::BIGINT AS measure, abs(c.unit_price_e4) AS price,
       c.source_id
FROM classified AS c JOIN pairs AS p ON p.party_id = c.party_id AND p.product_key = coalesce(c.product_id, 0)
WHERE c.first_state = 'open' AND c.product_kind = 'product' AND c.measure > 0 AND {condition}
ORDER BY p.pair, c."at", c.line_id
"""


@dataclass(frozen=True)
class Dimensions:
    """The small tables that the derivation reads beside the lines, fresh from the database every time."""

    records: pa.Table
    products: pa.Table
    settings: pa.Table
    counted_kinds: pa.Table
    category_margins: pa.Table


def derive(exports: Sequence[str], dimensions: Dimensions, target: Path) -> None:
    """Write every derived table of these monthly exports into the new folder ``target``."""
    with engine(generous_memory_mb()) as duck:
        _load(duck, exports, dimensions)
        mark_special_records(duck)
        _run(duck, "classified")
        _match(duck)
        for step in ("returns", "lines", "basis", "lines_final", "party_tables", "contracts", "facts"):
            _run(duck, step)
        target.mkdir(parents=True)
        for name in DERIVED_TABLES:
            file = quoted(target / f"{name}.parquet")
            duck.execute(f"COPY {name} TO {file} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 61440)")


def _run(duck: duckdb.DuckDBPyConnection, name: str) -> None:
    duck.execute(resources.files("fleuve.history").joinpath("sql", f"{name}.sql").read_text("utf-8"))


def _load(duck: duckdb.DuckDBPyConnection, exports: Sequence[str], dimensions: Dimensions) -> None:
    _view(duck, "base_lines", [base_files(name)[0] for name in exports], LINE_SCHEMA)
    _view(duck, "base_purchases", [base_files(name)[1] for name in exports], PURCHASE_SCHEMA)
    duck.execute("CREATE VIEW base AS SELECT * FROM base_lines JOIN base_purchases USING (purchase_id)")
    for field in fields(dimensions):
        duck.register(f"{field.name}_arrow", getattr(dimensions, field.name))
        duck.execute(f"CREATE TABLE {field.name} AS SELECT * FROM {field.name}_arrow")


def _view(duck: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path], schema: pa.Schema) -> None:
    duck.register(f"no_{name}", schema.empty_table())
    listed = ", ".join(quoted(file) for file in files)
    duck.execute(f"CREATE VIEW {name} AS SELECT * FROM {f'read_parquet([{listed}])' if files else f'no_{name}'}")


def _match(duck: duckdb.DuckDBPyConnection) -> None:
    """Decide every credit in numpy and bring the answer back as the table ``matches``."""
    duck.execute(_PAIRS)
    sales = duck.execute(_SIDE.format(condition="NOT c.takes_back AND c.amount > 0")).fetchnumpy()
    credits = duck.execute(_SIDE.format(condition="c.takes_back")).fetchnumpy()
    windows = dict(duck.execute("SELECT source_id, return_window_days FROM settings").fetchall())
    days = np.array([windows.get(int(source), _DEFAULT_WINDOW_DAYS) for source in credits["source_id"]], np.int64)
    columns = ("line_id", "pair", "seconds", "measure", "price")
    found = match_returns(
        Sales(*(np.asarray(sales[name]) for name in columns)),
        Credits(*(np.asarray(credits[name]) for name in columns)),
        days * _DAY_SECONDS,
    )
    duck.register("matches", _as_table(found))


_DEFAULT_WINDOW_DAYS = 365


def _as_table(matches: Matches) -> pa.Table:
    return pa.table(
        {"credit_line_id": matches.credit_line_id, "line_id": matches.line_id, "measure": matches.measure},
        schema=pa.schema([("credit_line_id", pa.int64()), ("line_id", pa.int64()), ("measure", pa.int64())]),
    )
