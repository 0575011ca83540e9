"""Lay out the purchases of the current generation: two sorts in DuckDB, then arrays written as they come."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np

from fleuve.history.models import Generation
from fleuve.history.queries.reading import current_generation
from fleuve.history.store import derived_folder, engine, fresh_name, generous_memory_mb, quoted
from fleuve.kernel.principal import Principal, require
from fleuve.lists.bought.store import LEDGERS, TOTALS, behaviour_folder, behaviour_folders

__all__ = ["refresh_behaviour"]

_EXACT: Final = 2**53
_SETUP: Final = """
CREATE TEMP TABLE people AS
    SELECT party_id, (row_number() OVER (ORDER BY party_id) - 1)::UINTEGER AS who
    FROM (SELECT DISTINCT party_id FROM party_days);
CREATE TEMP TABLE sold AS
    WITH taken AS (SELECT line_id, sum(measure)::BIGINT AS measure FROM returns GROUP BY line_id)
    SELECT
        p.who, l.party_id, epoch(l.day)::BIGINT // 86400 AS day, l.day AS date, l.purchase_id, l.source_id,
        l.product_id, l.counted,
        CASE WHEN l.state = 'counted' THEN l.quantity_e3
             ELSE (l.quantity_e3 * (l.measure - t.measure)) // l.measure END AS pieces,
        l.product_kind = 'product' AS is_product
    FROM lines AS l JOIN people AS p USING (party_id) LEFT JOIN taken AS t ON t.line_id = l.line_id
    WHERE l.state IN ('counted', 'partly_returned');
CREATE TEMP TABLE purchases AS
    SELECT purchase_id, (row_number() OVER () - 1)::UINTEGER AS purchase
    FROM (SELECT DISTINCT purchase_id FROM sold);
CREATE TEMP TABLE sources AS
    SELECT source_id, (row_number() OVER (ORDER BY source_id) - 1)::UINTEGER AS source
    FROM (SELECT DISTINCT source_id FROM sold);
"""
_ROWS: Final = {
    "all": """
        WITH counted AS (SELECT who, date, sum(pieces) FILTER (is_product) AS pieces FROM sold GROUP BY ALL)
        SELECT 0 AS key, epoch(d.day)::BIGINT // 86400 AS day, p.who, d.orders, d.revenue,
            coalesce(c.pieces, 0) AS pieces
        FROM party_days AS d JOIN people AS p USING (party_id)
        LEFT JOIN counted AS c ON c.who = p.who AND c.date = d.day
        ORDER BY day, who""",
    "source": """
        SELECT source_id AS key, day, who, count(DISTINCT purchase_id) FILTER (counted > 0) AS orders,
            sum(counted) AS revenue, coalesce(sum(pieces) FILTER (is_product), 0) AS pieces
        FROM sold GROUP BY source_id, day, who HAVING sum(counted) > 0
        ORDER BY key, day, who""",
    "product": """
        SELECT product_id AS key, day, who, purchase, source, sum(counted) AS revenue, sum(pieces) AS pieces
        FROM sold JOIN purchases USING (purchase_id) JOIN sources USING (source_id)
        WHERE product_id IS NOT NULL AND counted > 0
        GROUP BY product_id, day, who, purchase, source
        ORDER BY key, day, who, purchase""",
}
_PRODUCTS: Final = """
    SELECT DISTINCT product_code, coalesce(product_category, ''), product_id FROM lines
    WHERE product_id IS NOT NULL ORDER BY ALL"""


def refresh_behaviour(*, by: Principal, at: datetime) -> int:
    """Lay out the current generation unless that is done; returns how many purchase days it has."""
    require(by, "configure")
    generation = current_generation()
    target = behaviour_folder(generation)
    if not target.is_dir():
        unfinished = behaviour_folders() / fresh_name("laying-out")
        unfinished.mkdir(parents=True)
        try:
            _lay_out(generation, unfinished)
            unfinished.replace(target)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    _clean()
    told = json.loads((target / "contents.json").read_text("utf-8"))
    return int(told["rows"])


def _clean() -> None:
    """Remove folders of generations that are gone; one being laid out is left to whoever does."""
    kept = {behaviour_folder(generation).name for generation in Generation.objects.all()}
    for path in behaviour_folders().glob("bought-*"):
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def _lay_out(generation: Generation, target: Path) -> None:
    derived = derived_folder(generation.folder)
    with engine(generous_memory_mb()) as duck:
        for name in ("lines", "returns", "party_days"):
            duck.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({quoted(derived / f'{name}.parquet')})")
        duck.execute(_SETUP)
        people = np.asarray(duck.sql("SELECT party_id FROM people ORDER BY who").fetchnumpy()["party_id"], np.int64)
        np.save(target / "party.npy", people)
        sources = duck.sql("SELECT source_id FROM sources ORDER BY source").fetchnumpy()["source_id"]
        np.save(target / "sources.npy", np.asarray(sources, np.int64))
        written = {name: _write_ledger(duck, name, target) for name in LEDGERS}
        rows = written["all"]
        contents = {"generation": generation.number, "rows": rows, **_products(duck)}
    _write_totals(target, people.size, rows)
    (target / "contents.json").write_text(json.dumps(contents), "utf-8")


def _write_ledger(duck: duckdb.DuckDBPyConnection, name: str, target: Path) -> int:
    duck.execute(f"CREATE TEMP TABLE ledger AS {_ROWS[name]}")
    rows = int(duck.execute("SELECT count(*) FROM ledger").fetchall()[0][0])
    starts = duck.sql("SELECT key, count(*) AS rows FROM ledger GROUP BY key ORDER BY key").fetchnumpy()
    np.save(target / f"{name}-keys.npy", np.asarray(starts["key"], np.int64))
    np.save(target / f"{name}-starts.npy", np.concatenate(([0], np.cumsum(starts["rows"], dtype=np.int64))))
    arrays = {column: _file(target / f"{name}-{column}.npy", kind, rows) for column, kind in LEDGERS[name].items()}
    done = 0
    for batch in duck.sql("SELECT * EXCLUDE (key) FROM ledger").to_arrow_reader(262_144):
        for column, array in arrays.items():
            array[done : done + batch.num_rows] = batch.column(column).to_numpy(zero_copy_only=False)
        done += batch.num_rows
    for column in ("revenue", "pieces"):
        assert np.abs(arrays[column], dtype=np.float64).sum() < _EXACT, "sums would lose their last digits"
    duck.execute("DROP TABLE ledger")
    return rows


def _file(path: Path, kind: str, rows: int) -> Any:
    """An array in a file; an empty one is simply saved, as nothing can be mapped."""
    if not rows:
        np.save(path, np.empty(0, kind))
        return np.empty(0, kind)
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(kind), shape=(rows,))


def _write_totals(target: Path, people: int, rows: int) -> None:
    """Everything that each ever bought: the window that would have to read it all."""
    who = np.load(target / "all-who.npy", mmap_mode="r" if rows else None)
    for name in TOTALS:
        weights = None if name == "days" else np.load(target / f"all-{name}.npy", mmap_mode="r" if rows else None)
        np.save(target / f"total-{name}.npy", np.bincount(who, weights, minlength=people).astype(np.int64))


def _products(duck: duckdb.DuckDBPyConnection) -> dict[str, dict[str, list[int]]]:
    """Which products have a code, and which are in a category; sources may share both."""
    codes: dict[str, list[int]] = defaultdict(list)
    categories: dict[str, list[int]] = defaultdict(list)
    for code, category, product in duck.execute(_PRODUCTS).fetchall():
        if product not in codes[code]:
            codes[code].append(product)
        if category:
            categories[category].append(product)
    return {"products": codes, "categories": categories}
