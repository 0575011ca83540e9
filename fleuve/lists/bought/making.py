"""Lay out the purchases of the current generation: columns read by DuckDB, arranged in memory, written whole."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt

from fleuve.history.models import Generation
from fleuve.history.queries.reading import current_generation
from fleuve.history.store import derived_folder, engine, fresh_name, generous_memory_mb, quoted
from fleuve.kernel.principal import Principal, require
from fleuve.lists.bought.arranging import (
    Arranged,
    Days,
    Lines,
    by_everything,
    by_product,
    by_source,
    in_order,
    once_each,
)
from fleuve.lists.bought.store import LEDGERS, TOTALS, behaviour_folder, behaviour_folders

__all__ = ["refresh_behaviour"]

Array = npt.NDArray[Any]
_EXACT: Final = 2**53
_AT_ONCE: Final = 262_144
_DAYS: Final = """
    SELECT party_id, (day - DATE '1970-01-01')::INTEGER AS day, orders::BIGINT AS orders, revenue FROM party_days
    ORDER BY party_id, day"""
# Without a join, the lines come in the order in which they were written: by buyer, each purchase in one piece.
_LINES: Final = """
    SELECT
        coalesce(party_id, 0) AS who, (day - DATE '1970-01-01')::INTEGER AS day, purchase_id AS purchase,
        source_id AS source, coalesce(product_id, -1) AS product, counted,
        CASE WHEN product_kind = 'product' THEN quantity_e3 ELSE 0 END AS pieces,
        CASE WHEN state = 'partly_returned' THEN line_id ELSE 0 END AS returned
    FROM lines WHERE state IN ('counted', 'partly_returned')"""
_LEFT: Final = """
    SELECT l.line_id, (l.quantity_e3 * (l.measure - sum(r.measure)::BIGINT)) // l.measure AS pieces
    FROM lines AS l JOIN returns AS r USING (line_id)
    WHERE l.state = 'partly_returned' AND l.product_kind = 'product'
    GROUP BY l.line_id, l.quantity_e3, l.measure ORDER BY l.line_id"""
_IDS: Final = "SELECT DISTINCT {column} AS id FROM lines WHERE {column} IS NOT NULL ORDER BY id"
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
        told = _columns(duck, _DAYS, {"party_id": "<i8", "day": "<i4", "orders": "<u4", "revenue": "<i8"})
        people = once_each(told["party_id"])
        days = Days(_places(people, told["party_id"]), told["day"], told["orders"], told["revenue"])
        lines, sources, products = _read_lines(duck, people)
        contents = {"generation": generation.number, "rows": days.who.size, **_products(duck)}
    np.save(target / "party.npy", people)
    np.save(target / "sources.npy", sources)
    _save("all", by_everything(lines, days), np.zeros(1, np.int64), target)
    _save("source", by_source(lines), sources, target)
    _save("product", by_product(lines), products, target)
    _write_totals(target, people.size)
    (target / "contents.json").write_text(json.dumps(contents), "utf-8")


def _read_lines(duck: duckdb.DuckDBPyConnection, people: Array) -> tuple[Lines, Array, Array]:
    """The lines of buyers, and the ids that their sources and products are places in."""
    kinds = {"who": "<i8", "day": "<i4", "purchase": "<i8", "source": "<i8", "product": "<i8"}
    told = _columns(duck, _LINES, kinds | {"counted": "<i8", "pieces": "<i8", "returned": "<i8"})
    _take_off(told, _columns(duck, _LEFT, {"line_id": "<i8", "pieces": "<i8"}))
    sources = _columns(duck, _IDS.format(column="source_id"), {"id": "<i8"})["id"]
    products = _columns(duck, _IDS.format(column="product_id"), {"id": "<i8"})["id"]
    told["source"] = _places(sources, told["source"])
    has_product = told["product"] >= 0
    told["product"] = np.where(has_product, _places(products, told["product"]), -1).astype(np.int32)
    who = _places(people, told["who"])
    is_buyer = people[who] == told["who"] if people.size else np.zeros(who.size, bool)
    lines = Lines(**(told | {"who": who}))
    return in_order(lines if is_buyer.all() else lines.taken(np.flatnonzero(is_buyer))), sources, products


def _take_off(told: dict[str, Array], left: dict[str, Array]) -> None:
    """Leave of partly returned lines the pieces that were kept."""
    touched = np.flatnonzero(told["returned"])
    place = _places(left["line_id"], told["returned"][touched])
    known = np.isin(told.pop("returned")[touched], left["line_id"])
    told["pieces"][touched[known]] = left["pieces"][place[known]]


def _places(ids: Array, wanted: Array) -> Array:
    """Where each stands in the sorted ids; whatever is not among them stands anywhere."""
    return np.minimum(np.searchsorted(ids, wanted), max(ids.size - 1, 0)).astype(np.uint32)


def _columns(duck: duckdb.DuckDBPyConnection, sql: str, kinds: dict[str, str]) -> dict[str, Array]:
    """The columns of a reading, some rows at a time: as a whole they would lie in memory twice."""
    parts: dict[str, list[Array]] = {name: [] for name in kinds}
    for batch in duck.sql(sql).to_arrow_reader(_AT_ONCE):
        for name, kind in kinds.items():
            parts[name].append(batch.column(name).to_numpy(zero_copy_only=False).astype(kind))
    return {name: np.concatenate([np.empty(0, kinds[name]), *some]) for name, some in parts.items()}


def _save(name: str, arranged: Arranged, ids: Array, target: Path) -> None:
    """A ledger as files: its ids, where the rows of each begin, and its columns."""
    counts = np.bincount(arranged.key, minlength=ids.size)
    held = np.flatnonzero(counts)
    np.save(target / f"{name}-keys.npy", ids[held])
    np.save(target / f"{name}-starts.npy", np.concatenate(([0], np.cumsum(counts[held], dtype=np.int64))))
    for column, kind in LEDGERS[name].items():
        np.save(target / f"{name}-{column}.npy", arranged.columns[column].astype(kind))
    for column in ("revenue", "pieces"):
        assert np.abs(arranged.columns[column], dtype=np.float64).sum() < _EXACT, "sums would lose their last digits"


def _write_totals(target: Path, people: int) -> None:
    """Everything that each ever bought: the window that would have to read it all."""
    who = np.load(target / "all-who.npy")
    for name in TOTALS:
        weights = None if name == "days" else np.load(target / f"all-{name}.npy")
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
