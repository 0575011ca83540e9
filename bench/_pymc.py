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


PARAMETERS = {
    "BetaGeoModel": ("alpha", "r", "a", "b"),
    "ModifiedBetaGeoModel": ("alpha", "r", "a", "b"),
    "ParetoNBDModel": ("alpha", "r", "s", "beta"),
    "GammaGammaModel": ("p", "q", "v"),
}


def fit(name: str, flat: bool = False) -> Callable[[str], dict[str, Any]]:
    """A task that fits one model to the table that ours left; with flat priors the mode is the likelihood's."""

    def task(path: str) -> dict[str, Any]:
        from pymc_extras.prior import Prior
        from pymc_marketing import clv

        rows = np.load(Path(path).with_suffix(".npz"))
        frame = pd.DataFrame({"frequency": rows["frequency"], "recency": rows["recency"], "T": rows["age"]})
        if name == "GammaGammaModel":
            repeat = rows["frequency"] > 0
            frame = pd.DataFrame({"frequency": rows["frequency"][repeat], "monetary_value": rows["mean_spend"][repeat]})
        frame.insert(0, "customer_id", np.arange(len(frame)))
        kind = getattr(clv, name)
        priors = {parameter: Prior("HalfFlat") for parameter in PARAMETERS[name]} if flat else None
        kind(data=frame.iloc[:2_000], model_config=priors).fit(method="map", progressbar=False)
        model = kind(data=frame, model_config=priors)
        started = time.perf_counter()
        model.fit(method="map", progressbar=False)
        seconds = time.perf_counter() - started
        posterior = model.fit_result
        found = {key: float(posterior[key].values.ravel()[0]) for key in PARAMETERS[name]}
        return {"seconds": seconds, "parameters": found}

    return task


MODELS = {"BG/NBD": "BetaGeoModel", "MBG/NBD": "ModifiedBetaGeoModel", "Pareto/NBD": "ParetoNBDModel"}


def predict(path: str) -> dict[str, Any]:
    """Expected purchases and chance of being a customer for given parameters and histories, one by one."""
    import arviz
    from pymc_marketing import clv

    started = time.perf_counter()
    answers = []
    for case in json.loads(Path(path).read_text()):
        columns = {"customer_id": [1], "frequency": [case["frequency"]], "recency": [case["recency"]]}
        history = pd.DataFrame({**columns, "T": [case["age"]]})
        model = getattr(clv, MODELS[case["model"]])(data=history)
        model.build_model()
        model.idata = arviz.from_dict(posterior={key: np.array([[value]]) for key, value in case["parameters"].items()})
        expected = model.expected_purchases(history, future_t=case["horizon"])
        alive = model.expected_probability_alive(history)
        answers.append([float(expected.values.ravel()[0]), float(alive.values.ravel()[0])])
    return {"seconds": time.perf_counter() - started, "answers": answers}


TASKS: dict[str, Callable[[str], dict[str, Any]]] = {
    "table": table,
    "BG/NBD": fit("BetaGeoModel"),
    "MBG/NBD": fit("ModifiedBetaGeoModel"),
    "Pareto/NBD": fit("ParetoNBDModel"),
    "Gamma-Gamma": fit("GammaGammaModel"),
    "BG/NBD flat": fit("BetaGeoModel", flat=True),
    "MBG/NBD flat": fit("ModifiedBetaGeoModel", flat=True),
    "Pareto/NBD flat": fit("ParetoNBDModel", flat=True),
    "Gamma-Gamma flat": fit("GammaGammaModel", flat=True),
    "predict": predict,
}

if __name__ == "__main__":
    answer = TASKS[sys.argv[1]](sys.argv[2])
    print(json.dumps({**answer, "peak_mb": peak_mb()}))
