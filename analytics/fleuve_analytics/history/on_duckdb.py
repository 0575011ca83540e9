"""Data frames, Arrow, Parquet files and DuckDB relations, read by DuckDB."""

from __future__ import annotations

import re
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from fleuve_analytics.errors import UnreadablePurchases
from fleuve_analytics.history.engine import Engine
from fleuve_analytics.history.source import Kind, Purchases, Source, unreadable

__all__ = ["DuckDBSource"]

_KINDS: dict[str, Kind] = {
    "DATE": "day",
    "TIMESTAMP": "moment",
    "TIMESTAMP_S": "moment",
    "TIMESTAMP_MS": "moment",
    "TIMESTAMP_NS": "moment",
    "TIMESTAMP WITH TIME ZONE": "instant",
    "VARCHAR": "text",
}
# Of its own, lest it cover a table of the caller's connection.
NAME = "fleuve_purchases"
_NUMBER = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)")
_WIDE_NUMBER = re.compile(r"U?HUGEINT|DECIMAL\(\d+,0\)")


class DuckDBSource(Source):
    """A DuckDB relation stays on its own connection, with that connection's limits; all else gets one of its own."""

    def __init__(self, purchases: Purchases, engine: Engine) -> None:
        import duckdb

        self._name = NAME
        self._relation: Any = None
        self._connection: Any = None
        if isinstance(purchases, duckdb.DuckDBPyRelation):
            self._relation = purchases
        else:
            self._connection = duckdb.connect(config=dict(engine.settings()))
            self._register(purchases)
        described = f"describe select * from {self._name}"
        self._types = {str(row[0]): str(row[1]) for row in self._fetch(described, "fetchall")}

    def kinds(self) -> Mapping[str, Kind]:
        return {name: _kind(declared) for name, declared in self._types.items()}

    def name(self) -> str:
        return self._name

    def quoted(self, column: str) -> str:
        return '"' + column.replace('"', '""') + '"'

    def identity(self, column: str) -> str:
        declared, quoted = self._types[column], self.quoted(column)
        if declared.startswith("ENUM"):
            return f"cast({quoted} as varchar)"
        if _WIDE_NUMBER.fullmatch(declared):
            return f"cast({quoted} as bigint)"
        if declared in ("FLOAT", "DOUBLE"):
            return f"case when not isnan({quoted}) then {quoted} end"
        return quoted

    def micros(self, column: str) -> str:
        return f"epoch_us({self.quoted(column)})"

    def moment(self, micros: str) -> str:
        return f"make_timestamp({micros})"

    def ask(self, lines: str, query: str, **values: str) -> dict[str, Any]:
        return dict(self._fetch(query.format(lines=f"({lines}) as line", **values), "fetchnumpy"))

    def _fetch(self, sql: str, form: str) -> Any:
        import duckdb

        try:
            answer = self._relation.query(NAME, sql) if self._connection is None else self._connection.execute(sql)
            return getattr(answer, form)()
        except duckdb.Error as failure:
            raise unreadable(str(failure)) from failure

    def _register(self, purchases: Purchases) -> None:
        patterns = _patterns(purchases)
        if patterns:
            listed = ", ".join("'" + pattern.replace("'", "''") + "'" for pattern in patterns)
            self._name = f"read_parquet([{listed}])"
            return
        try:
            self._connection.register(self._name, _as_arrow(purchases))
        except Exception as failure:
            self._connection.close()
            raise UnreadablePurchases(
                "Purchases come as a pandas, polars or Spark data frame, an Arrow table, reader or dataset, a DuckDB "
                f"relation or Parquet paths, not as {type(purchases).__name__}.",
                code="source",
            ) from failure


def _kind(declared: str) -> Kind:
    return "number" if _NUMBER.fullmatch(declared) else _KINDS.get(declared, "other")


def _as_arrow(purchases: Purchases) -> Any:
    """Polars frames as Arrow tables, lazy ones collected; anything else as it is."""
    if not type(purchases).__module__.startswith("polars."):
        return purchases
    frame = purchases.collect() if hasattr(purchases, "collect") else purchases
    return frame.to_arrow()


def _patterns(purchases: Purchases) -> list[str]:
    """Paths and patterns of Parquet files; a folder stands for all files below it."""
    given = purchases if isinstance(purchases, (list, tuple)) else [purchases]
    if not all(isinstance(path, (str, PathLike)) for path in given):
        return []
    return [str(Path(path) / "**" / "*.parquet") if Path(path).is_dir() else str(path) for path in given]
