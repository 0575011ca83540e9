"""Where a list of purchases comes from, and the engine that reads it."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike, fspath
from typing import Any

from fleuve_analytics.errors import UnreadablePurchases

__all__ = ["Engine", "Purchases", "open_purchases"]

# A pandas data frame, a pyarrow table or reader, a DuckDB relation, or the path (paths, pattern) of Parquet files.
# Any, because none of the three packages may be imported for the sake of a type.
Purchases = Any


@dataclass(frozen=True)
class Engine:
    """Limits for the column engine: number of threads, memory ("2GB") and the folder for what does not fit in it."""

    threads: int | None = None
    memory_limit: str | None = None
    temp_directory: str | PathLike[str] | None = None

    def settings(self) -> dict[str, str]:
        """The limits that were set, as the engine wants them."""
        chosen = {"threads": self.threads, "memory_limit": self.memory_limit, "temp_directory": self.temp_directory}
        return {name: str(value) for name, value in chosen.items() if value is not None}


def open_purchases(purchases: Purchases, engine: Engine) -> tuple[Any, str]:
    """A cursor that can run SQL, and the SQL name under which it sees the purchases.

    A DuckDB relation stays on its own connection, with that connection's limits.
    """
    import duckdb

    if isinstance(purchases, duckdb.DuckDBPyRelation):
        return purchases, "purchases"
    connection = duckdb.connect(config=dict(engine.settings()))
    paths = _paths(purchases)
    if paths is not None:
        listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
        return connection, f"read_parquet([{listed}])"
    try:
        connection.register("purchases", purchases)
    except Exception as failure:
        connection.close()
        raise UnreadablePurchases(
            f"Purchases come as a data frame, an Arrow table, a DuckDB relation or Parquet paths, not as "
            f"{type(purchases).__name__}.",
            code="source",
        ) from failure
    return connection, "purchases"


def run(source: Any, sql: str) -> dict[str, Any]:
    """Run one query on what `open_purchases` gave and return its columns as numpy arrays."""
    import duckdb

    try:
        if isinstance(source, duckdb.DuckDBPyRelation):
            answer: Any = source.query("purchases", sql)
            return dict(answer.fetchnumpy())
        with source:
            return dict(source.execute(sql).fetchnumpy())
    except duckdb.Error as failure:
        reason = str(failure).strip().splitlines()[0]
        raise UnreadablePurchases(
            f"The purchases could not be read: {reason} Check the names of the columns, and that dates are dates and "
            "amounts are numbers.",
            code="query",
        ) from failure


def _paths(purchases: Purchases) -> list[str] | None:
    if isinstance(purchases, (str, PathLike)):
        return [fspath(purchases)]
    if isinstance(purchases, (list, tuple)) and purchases and all(isinstance(p, (str, PathLike)) for p in purchases):
        return [fspath(path) for path in purchases]
    return None
