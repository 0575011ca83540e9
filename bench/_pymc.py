"""pymc-marketing 0.19.2 on the same data: one task a process, one JSON object as the last line. In its own environment.

The default priors and the posterior mode, which is the fastest answer that the package gives. A first fit on a few
customers compiles the model's code, so that compiling is not counted.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from _peak import peak_mb

UNTIL = "2024-12-31"


def table(path: str) -> dict[str, Any]:
    """From a pandas frame in memory to one row a customer."""
    from pymc_marketing import clv

    rows = pd.read_parquet(path)
    rows["day"] = pd.to_datetime(rows["day"])
    started = time.perf_counter()
    made = clv.rfm_summary(rows, "customer", "day", monetary_value_col="spend", observation_period_end=UNTIL)
    return {"seconds": time.perf_counter() - started, "customers": len(made), "repeats": int(made["frequency"].sum())}


def fit(name: str) -> Callable[[str], dict[str, Any]]:
    """A task that fits one model to the table that ours left."""

    def task(path: str) -> dict[str, Any]:
        from pymc_marketing import clv

        rows = np.load(Path(path).with_suffix(".npz"))
        frame = pd.DataFrame({"frequency": rows["frequency"], "recency": rows["recency"], "T": rows["age"]})
        if name == "GammaGammaModel":
            repeat = rows["frequency"] > 0
            frame = pd.DataFrame({"frequency": rows["frequency"][repeat], "monetary_value": rows["mean_spend"][repeat]})
        frame.insert(0, "customer_id", np.arange(len(frame)))
        kind = getattr(clv, name)
        kind(data=frame.iloc[:2_000]).fit(method="map", progressbar=False)
        model = kind(data=frame)
        started = time.perf_counter()
        model.fit(method="map", progressbar=False)
        seconds = time.perf_counter() - started
        return {"seconds": seconds, "parameters": {key: float(v) for key, v in model.fit_summary().items()}}

    return task


TASKS: dict[str, Callable[[str], dict[str, Any]]] = {
    "table": table,
    "BG/NBD": fit("BetaGeoModel"),
    "MBG/NBD": fit("ModifiedBetaGeoModel"),
    "Pareto/NBD": fit("ParetoNBDModel"),
    "Gamma-Gamma": fit("GammaGammaModel"),
}

if __name__ == "__main__":
    answer = TASKS[sys.argv[1]](sys.argv[2])
    print(json.dumps({**answer, "peak_mb": peak_mb()}))
