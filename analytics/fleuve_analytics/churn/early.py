"""Who among new customers will be one of the best? How well one can tell after each week of knowing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.backtest.judgement import area_under_curve
from fleuve_analytics.churn.folds import fold_of_row, kept_together
from fleuve_analytics.churn.judgement import Churning, share_among_highest
from fleuve_analytics.churn.logistic import ChurnLogistic
from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from fleuve_analytics.history.engine import Engine
from fleuve_analytics.history.reading import Columns, lines_of, open_source
from fleuve_analytics.history.source import Purchases
from fleuve_analytics.numerics import FloatArray

__all__ = ["EARLY_FEATURES", "EarlyAccuracy", "EarlyTable", "early_table", "early_value"]

# What is known w weeks (w·7 days) after the first purchase day; one block of columns per w.
BLOCK = """
       count(*) filter (where since < {days}) as days_{weeks},
       sum(spend) filter (where since < {days}) as spend_{weeks},
       max(since) filter (where since < {days}) as last_{weeks},
       max(spend) filter (where since < {days}) as largest_{weeks},
       count(*) filter (where since < {days} and since >= {days} / 2.0) as recent_{weeks},"""

QUERY = """
with purchase_day as (
    select customer, bought as day, sum(spend) as spend
    from {lines}
    where customer is not null and bought <= {until}
    group by 1, 2
    having sum(spend) > 0 or min(spend) >= 0
),
known as (
    select *, min(day) over (partition by customer) as first_day,
           date_diff('day', min(day) over (partition by customer), day) as since
    from purchase_day
)
select customer, first_day,{blocks}
       arg_min(spend, since) as first_spend,
       coalesce(sum(spend) filter (where since < {horizon}), 0) as value
from known
where first_day between {since} and {until}
group by customer, first_day
order by customer
"""

EARLY_FEATURES = (
    "log_first_spend",
    "log_spend",
    "log_largest_basket",
    "purchase_days",
    "days_to_last_purchase",
    "purchase_days_in_second_half",
)


@dataclass(frozen=True, eq=False)
class EarlyTable:
    """New customers as known after each number of weeks.

    customer, first_day, first_spend, value: shape (n,); value: all spent in the horizon, first purchase included, NaN
    for those whose horizon has not passed. features[w]: (n, 6), columns `EARLY_FEATURES`, as known w weeks after the
    first purchase. observed_days: days from the first purchase to the end of the data.
    """

    customer: npt.NDArray[Any]
    first_day: npt.NDArray[np.datetime64]
    first_spend: FloatArray
    value: FloatArray
    features: dict[int, FloatArray]
    observed_days: FloatArray
    horizon_weeks: int


@dataclass(frozen=True)
class EarlyAccuracy:
    """How well the best of tomorrow are told after `weeks`, beside two simple rules.

    Each figure is a triple (model, spend so far, first order): area_under_curve; precision: share of the best among the
    as many highest scores; lift: precision over the share of the best.
    """

    weeks: int
    customers: int
    best: int
    area_under_curve: tuple[float, float, float]
    precision: tuple[float, float, float]
    lift: tuple[float, float, float]


def early_table(
    purchases: Purchases,
    *,
    customer: str,
    at: str,
    spend: str,
    time_zone: str | None = None,
    weeks: Sequence[int] = (1, 2, 4, 8, 13, 26),
    horizon_weeks: int,
    until: date,
    since: date = date.min,
    engine: Engine | None = None,
) -> EarlyTable:
    """What was known of each new customer after given weeks, and what she was worth at the horizon.

    since: first day that makes a new customer: set it some weeks after the start of the file, so that old customers
    seen for the first time are not taken for new ones. until: last day that the data cover.

    Raises `UnreadablePurchases`, `InvalidSetting`, `NotEnoughData`.
    """
    known = sorted(set(weeks))
    if not known or known[0] < 1 or known[-1] > horizon_weeks:
        raise InvalidSetting("Weeks are whole numbers from 1 to the horizon.", code="weeks")
    source = open_source(purchases, engine)
    lines = lines_of(source, Columns(customer, at, spend, time_zone), by_hour=False)
    blocks = "".join(BLOCK.format(weeks=week, days=7 * week) for week in known)
    span = {"since": f"date '{since.isoformat()}'", "until": f"date '{until.isoformat()}'"}
    columns = source.ask(lines, QUERY, blocks=blocks, horizon=str(7 * horizon_weeks), **span)
    first_day = np.asarray(columns["first_day"]).astype("datetime64[D]")
    observed = (np.datetime64(until) - first_day).astype(np.float64) + 1
    first, value = _real(columns["first_spend"]), _real(columns["value"])
    return EarlyTable(
        customer=np.asarray(columns["customer"]),
        first_day=first_day,
        first_spend=first,
        value=np.where(observed >= 7 * horizon_weeks, value, np.nan),
        features={week: _features(columns, first, week) for week in known},
        observed_days=observed,
        horizon_weeks=horizon_weeks,
    )


def early_value(
    table: EarlyTable, *, best: float = 0.2, model: Churning | None = None, folds: int = 10, rng: np.random.Generator
) -> tuple[EarlyAccuracy, ...]:
    """How early can the best customers be told, and how well? One report per number of weeks observed.

    "Best" are the `best` part with the highest value at the horizon, ties at the border included. The model
    (`ChurnLogistic` by default; `ChurnModel` fits too) is judged by cross-validation: every customer is scored by one
    that has not seen her. Beside it stand "spent so far" and "value of the first order", which need no model: where
    they do as well, use them.

    Customers of one period judge each other; whether next year's resemble them is not in these figures. To score
    today's new customers, fit the model on `table.features[w]` of those whose horizon has passed.

    Raises `NotEnoughData`.
    """
    if not 0 < best < 1:
        raise InvalidSetting("The best are a part of the customers, between 0 and 1.", code="best")
    rows = np.flatnonzero(np.isfinite(table.value))
    if rows.size < 10 * folds:
        raise NotEnoughData(
            f"{rows.size} customers were seen for the whole horizon; {10 * folds} are needed. Shorten the horizon.",
            code="few_customers",
        )
    value = table.value[rows]
    border = np.sort(value)[::-1][max(1, round(best * rows.size)) - 1]
    reaches = (value >= border).astype(np.float64)
    fold = fold_of_row(kept_together(value[:, np.newaxis], np.arange(rows.size)), reaches, folds, rng)
    chosen = model or ChurnLogistic(EARLY_FEATURES)
    reports = []
    for weeks, features in table.features.items():
        score = _unseen(chosen, features[rows], reaches, fold)
        rivals = (score, features[rows, 1], table.first_spend[rows])
        reports.append(_judged(weeks, rivals, reaches))
    return tuple(reports)


def _unseen(model: Churning, features: FloatArray, reaches: FloatArray, fold: npt.NDArray[np.int64]) -> FloatArray:
    score = np.zeros(reaches.size)
    for one in range(int(fold.max()) + 1):
        out = fold == one
        groups = np.arange(reaches.size)[~out]
        score[out] = model.fit(features[~out], reaches[~out], groups=groups).probabilities(features[out])
    return score


def _judged(weeks: int, scores: tuple[FloatArray, FloatArray, FloatArray], reaches: FloatArray) -> EarlyAccuracy:
    share = float(reaches.mean())
    areas = [area_under_curve(score, reaches) for score in scores]
    right = [share_among_highest(score, reaches, share) for score in scores]
    return EarlyAccuracy(
        weeks=weeks,
        customers=reaches.size,
        best=int(reaches.sum()),
        area_under_curve=(areas[0], areas[1], areas[2]),
        precision=(right[0], right[1], right[2]),
        lift=(right[0] / share, right[1] / share, right[2] / share),
    )


def _features(columns: dict[str, Any], first: FloatArray, weeks: int) -> FloatArray:
    """Skewed figures by their logarithm; a net return counts as nothing spent."""
    parts = {name: _real(columns[f"{name}_{weeks}"]) for name in ("days", "spend", "last", "largest", "recent")}
    logs = [np.log1p(np.maximum(part, 0.0)) for part in (first, parts["spend"], parts["largest"])]
    return np.column_stack([*logs, parts["days"], parts["last"], parts["recent"]])


def _real(column: Any) -> FloatArray:
    return np.ma.filled(np.ma.asarray(column, dtype=np.float64), np.nan)
