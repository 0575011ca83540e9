"""From a database into DuckDB, in the thread that asked: neither SQLite nor Django lets a connection change threads.

Handed a stream of Arrow batches, DuckDB would pull it from a thread of its own, where Django opens another connection.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import duckdb
import pyarrow as pa

__all__ = ["pour"]

_AT_ONCE: Final = 65_536


def pour(duck: duckdb.DuckDBPyConnection, batches: Iterable[pa.RecordBatch], statement: str) -> None:
    """Run ``statement``, which reads the table ``poured``, for every few batches."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(part.num_rows for part in waiting) >= _AT_ONCE:
            _run(duck, waiting, statement)
            waiting = []
    if waiting:
        _run(duck, waiting, statement)


def _run(duck: duckdb.DuckDBPyConnection, batches: list[pa.RecordBatch], statement: str) -> None:
    duck.register("poured", pa.Table.from_batches(batches))
    duck.execute(statement)
    duck.unregister("poured")
