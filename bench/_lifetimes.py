"""lifetimes 0.11.3 on the same data: one task a process, one JSON object as the last line. In its own environment."""

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
    from lifetimes.utils import summary_data_from_transaction_data

    rows = pd.read_parquet(path)
    rows["day"] = pd.to_datetime(rows["day"])
    started = time.perf_counter()
    made = summary_data_from_transaction_data(
        rows, "customer", "day", monetary_value_col="spend", observation_period_end=UNTIL
    )
    return {"seconds": time.perf_counter() - started, "customers": len(made), "repeats": int(made["frequency"].sum())}


def fit(name: str) -> Callable[[str], dict[str, Any]]:
    """A task that fits one model with the package's defaults to the table that ours left."""

    def task(path: str) -> dict[str, Any]:
        import lifetimes

        rows = np.load(Path(path).with_suffix(".npz"))
        if name == "GammaGammaFitter":
            repeat = rows["frequency"] > 0
            columns = [pd.Series(rows["frequency"][repeat]), pd.Series(rows["mean_spend"][repeat])]
        else:
            columns = [pd.Series(rows[column]) for column in ("frequency", "recency", "age")]
        fitter = getattr(lifetimes, name)()
        started = time.perf_counter()
        fitter.fit(*columns)
        seconds = time.perf_counter() - started
        found = {key: float(value) for key, value in fitter.params_.items()}
        likelihood = -float(fitter._negative_log_likelihood_) * len(columns[0])
        return {"seconds": seconds, "parameters": found, "log_likelihood": likelihood}

    return task


FITTERS = {"BG/NBD": "BetaGeoFitter", "MBG/NBD": "ModifiedBetaGeoFitter", "Pareto/NBD": "ParetoNBDFitter"}


def predict(path: str) -> dict[str, Any]:
    """Expected purchases and chance of being a customer for given parameters and histories, one by one."""
    import lifetimes

    started = time.perf_counter()
    answers = []
    for case in json.loads(Path(path).read_text()):
        fitter = getattr(lifetimes, FITTERS[case["model"]])()
        fitter.params_ = pd.Series(case["parameters"])
        history = (case["frequency"], case["recency"], case["age"])
        expected = fitter.conditional_expected_number_of_purchases_up_to_time(case["horizon"], *history)
        alive = fitter.conditional_probability_alive(*history)
        answers.append([float(np.ravel(expected)[0]), float(np.ravel(alive)[0])])
    return {"seconds": time.perf_counter() - started, "answers": answers}


TASKS: dict[str, Callable[[str], dict[str, Any]]] = {
    "table": table,
    "BG/NBD": fit("BetaGeoFitter"),
    "MBG/NBD": fit("ModifiedBetaGeoFitter"),
    "Pareto/NBD": fit("ParetoNBDFitter"),
    "Gamma-Gamma": fit("GammaGammaFitter"),
    "predict": predict,
}

if __name__ == "__main__":
    answer = TASKS[sys.argv[1]](sys.argv[2])
    print(json.dumps({**answer, "peak_mb": peak_mb()}))
