"""Our side of the measurements: one task a process, one JSON object as the last line."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from _peak import peak_mb

UNTIL = date(2024, 12, 31)


def table(path: str) -> dict[str, Any]:
    """From a Parquet file to one row a customer, reading included."""
    import duckdb  # noqa: F401  loading the engine is not what is measured
    import numpy as np
    from fleuve_analytics import purchase_table

    started = time.perf_counter()
    made = purchase_table(path, customer="customer", at="day", spend="spend", unit="day", until=UNTIL)
    seconds = time.perf_counter() - started
    np.savez(_table_file(path), **{name: getattr(made, name) for name in ("frequency", "recency", "age", "mean_spend")})
    return {"seconds": seconds, "customers": len(made), "repeats": int(made.frequency.sum())}


def duckdb_alone(path: str) -> dict[str, Any]:
    """What the engine alone takes for the plainest query with the same meaning, into numpy arrays."""
    import duckdb

    started = time.perf_counter()
    with duckdb.connect() as connection:
        columns = connection.execute(
            f"""select customer, count(*) - 1 as frequency, max(day) - min(day) as recency,
                       date '{UNTIL}' - min(day) as age, sum(spend) as spend
                from (select customer, day, sum(spend) as spend from '{path}' group by 1, 2) group by 1"""
        ).fetchnumpy()
    return {"seconds": time.perf_counter() - started, "customers": len(columns["customer"])}


def fit(model: str) -> Callable[[str], dict[str, Any]]:
    """A task that fits one model to the table that the task before left."""

    def task(path: str) -> dict[str, Any]:
        import fleuve_analytics
        import numpy as np

        rows = np.load(_table_file(path))
        if model == "GammaGamma":
            columns = [rows["frequency"], rows["mean_spend"]]
        else:
            columns = [rows["frequency"], rows["recency"], rows["age"]]
        kind = getattr(fleuve_analytics, model)()
        kind.fit(*(column[:2_000] for column in columns))  # code is loaded and warm, as the peers' is
        started = time.perf_counter()
        fitted = kind.fit(*columns)
        seconds = time.perf_counter() - started
        return {"seconds": seconds, "parameters": fitted.parameters, "log_likelihood": fitted.log_likelihood}

    return task


def importing(_: str) -> dict[str, Any]:
    """The time of the first import in a cold process."""
    started = time.perf_counter()
    import fleuve_analytics  # noqa: F401

    return {"seconds": time.perf_counter() - started}


def _table_file(path: str) -> Path:
    return Path(path).with_suffix(".npz")


TASKS: dict[str, Callable[[str], dict[str, Any]]] = {
    "import": importing,
    "table": table,
    "duckdb alone": duckdb_alone,
    "BG/NBD": fit("BetaGeometric"),
    "MBG/NBD": fit("ModifiedBetaGeometric"),
    "Pareto/NBD": fit("ParetoNBD"),
    "Gamma-Gamma": fit("GammaGamma"),
}

if __name__ == "__main__":
    answer = TASKS[sys.argv[1]](sys.argv[2])
    print(json.dumps({**answer, "peak_mb": peak_mb()}))
