"""What the peers say about CDNOW and about hard histories: ``dev.py bench agreement`` writes it down for the tests.

The tests of the library compare with ``analytics/tests/agreement/peers.json``, so that nobody needs the peers to run
them. Three parts: parameters by maximum likelihood on the sample and on all customers (pymc-marketing with flat priors,
and with its default ones); predictions for ordinary histories; predictions for hard ones, where programs differ.
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from _measure import measure
from peers import peer_python

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "analytics" / "tests" / "agreement" / "peers.json"
MODELS = {
    "BG/NBD": ("r", "alpha", "a", "b"),
    "MBG/NBD": ("r", "alpha", "a", "b"),
    "Pareto/NBD": ("r", "alpha", "s", "beta"),
}
CDNOW = {
    "BG/NBD": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426},
    "MBG/NBD": {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614},
    "Pareto/NBD": {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669},
}
PEERS = ("lifetimes", "pymc")
ORDINARY, HARD = 30, 40


def main() -> int:
    """Ask both peers and write their answers."""
    rng = np.random.default_rng(19970101)
    questions = {"ordinary": _ordinary(rng), "hard": _hard(rng)}
    kept: dict[str, Any] = {"asked_on": str(datetime.now(UTC).date()), "versions": {}, "fits": {}, "predictions": {}}
    with tempfile.TemporaryDirectory(prefix="fleuve-bench-") as folder:
        for base in ("sample", "full"):
            kept["fits"][base] = _fits(base, Path(folder))
        for name, asked in questions.items():
            kept["predictions"][name] = _answers(asked, Path(folder) / f"{name}.json")
    for peer, package in zip(PEERS, ("lifetimes", "pymc-marketing"), strict=True):
        kept["versions"][package] = _version(peer, package)
    KEPT.write_text(json.dumps(kept, indent=1) + "\n")
    print(KEPT.relative_to(ROOT))
    return 0


def _fits(base: str, folder: Path) -> dict[str, Any]:
    """Parameters that each peer finds: dates as days divided by seven, as the papers have them."""
    from fleuve_analytics import purchase_table
    from fleuve_analytics.datasets.cdnow import CALIBRATION_END, cdnow_purchases, cdnow_sample_purchases

    source = cdnow_sample_purchases() if base == "sample" else cdnow_purchases()
    table = purchase_table(source, customer="customer_id", at="date", spend="dollars", until=CALIBRATION_END)
    good = (table.frequency == 0) | (table.mean_spend > 0)
    columns = {name: getattr(table, name)[good] for name in ("frequency", "recency", "age", "mean_spend")}
    path = folder / f"{base}.npz"
    np.savez(path, **columns)
    found: dict[str, Any] = {"customers": len(table), "customers_with_spend": int(good.sum())}
    for model in (*MODELS, "Gamma-Gamma"):
        for peer, task in (("lifetimes", model), ("pymc", f"{model} flat"), ("pymc default", model)):
            said = measure(peer_python(peer.split()[0]), f"_{peer.split()[0]}", task, path, limit=300)
            found.setdefault(model, {})[peer] = said.found.get("parameters") or said.fault
            print(base, model, peer, found[model][peer], flush=True)
    return found


def _answers(questions: list[dict[str, Any]], path: Path) -> list[dict[str, Any]]:
    """Each question with both peers' answers: [expected purchases, chance of being a customer], null for no number."""
    path.write_text(json.dumps(questions))
    said = {peer: measure(peer_python(peer), f"_{peer}", "predict", path, limit=600).found["answers"] for peer in PEERS}
    return [
        {**question, **{peer: [v if np.isfinite(v) else None for v in said[peer][i]] for peer in PEERS}}
        for i, question in enumerate(questions)
    ]


def _ordinary(rng: np.random.Generator) -> list[dict[str, Any]]:
    questions = []
    for model, parameters in CDNOW.items():
        for _ in range(ORDINARY):
            age = float(round(rng.uniform(10, 78), 2))
            frequency = int(rng.integers(0, 15))
            recency = round(float(age * rng.uniform(0.3, 1)), 2) if frequency else 0.0
            questions.append(_question(model, parameters, frequency, recency, age, 39))
    return questions


def _hard(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Heavy buyers over long histories, parameters as daily data bring them; every tenth at a pole (a = 1, s = 1)."""
    questions = []
    for model, names in MODELS.items():
        for place in range(HARD):
            parameters = {name: float(np.exp(rng.uniform(np.log(0.05), np.log(100)))) for name in names}
            parameters["alpha"] *= 10
            if "beta" in parameters:
                parameters["beta"] *= 100
            if place % 10 == 0:
                parameters["s" if "s" in parameters else "a"] = 1.0
            age = float(round(np.exp(rng.uniform(np.log(30), np.log(10_000))), 1))
            frequency = int(min(age, np.exp(rng.uniform(np.log(50), np.log(8_000)))))
            recency = round(float(age * (1 - 0.05 * rng.random() ** 3)), 1)
            questions.append(_question(model, parameters, frequency, recency, age, int(rng.choice([52, 365, 3650]))))
    return questions


def _question(
    model: str, parameters: dict[str, float], frequency: int, recency: float, age: float, horizon: int
) -> dict[str, Any]:
    history = {"frequency": frequency, "recency": recency, "age": age, "horizon": horizon}
    return {"model": model, "parameters": parameters, **history}


def _version(peer: str, package: str) -> str:
    pins = (ROOT / "requirements" / f"peers-{peer}.txt").read_text().splitlines()
    return next(line.split("==")[1].split()[0] for line in pins if line.startswith(f"{package}=="))


if __name__ == "__main__":
    sys.exit(main())
