"""The range of each customer's money and of their sum, with levels learned where history could check them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from fleuve_analytics.backtest import calibrate_level, range_table, total_range
from fleuve_analytics.errors import AnalyticsError
from fleuve_analytics.history import SplitTable

from fleuve.value.estimation.customers import Customers
from fleuve.value.estimation.days import IntArray, day_of
from fleuve.value.estimation.models import Expected, Fit, Fits, Group, Histories, Rows, margin_rates, rows_of_fits

__all__ = ["NOMINAL", "Levels", "Ranges", "levels_of", "parameter_spread", "ranges_of"]

NOMINAL = 0.80
DRAWS = 500
# The doubt about the parameters is a share of the total, which so many customers tell as well as all do.
_MOST_IN_A_SPREAD = 50_000
# The share of ranges that hold is a mean over many customers: fewer draws of each do.
_FOLD_DRAWS = 200
Levels = dict[str, float]


@dataclass(frozen=True)
class Ranges:
    """Low and high of some customers, in whole minor units."""

    low: IntArray
    high: IntArray


def ranges_of(
    fits: Fits,
    customers: Customers,
    group: Group,
    rows: Rows,
    horizon_days: int,
    levels: Levels,
    rng: np.random.Generator,
    draws: int = DRAWS,
    expected: Expected | None = None,
) -> Ranges:
    """Ranges of these customers, who all came back at least once, read off a table for each group.

    ``expected``: what the same fits expect of all customers, where somebody has asked already.
    """
    low, high = np.zeros(rows.size), np.zeros(rows.size)
    everybody = rows_of_fits(fits, group) if expected else {}
    for name, here in rows_of_fits(fits, group[rows]).items():
        if not here.size:
            continue
        fit, which = fits[name], rows[here]
        if expected:
            seen, alive = expected.of(name, everybody[name], which)
        else:
            seen = Histories.of(customers, which)
            alive = fit.lifetime.probability_alive(*seen.numbers)
        level = levels.get(name, NOMINAL)
        table = range_table(
            fit.lifetime, fit.spend, horizon_days, seen.frequency, seen.age, level=level, rng=rng, draws=draws
        )
        ends = table.unit_ranges(*seen.numbers, alive)
        repeats = customers.revenue[which] - customers.first_revenue[which]
        scale = (fit.spend.gamma + repeats) * margin_rates(fit, customers, which)
        low[here], high[here] = (end[seen.place] * scale for end in ends)
    # A negative margin turns the ends round.
    ends_in_money = np.rint(np.minimum(low, high)), np.rint(np.maximum(low, high))
    return Ranges(*(end.astype(np.int64) for end in ends_in_money))


def levels_of(
    fits: Fits, customers: Customers, group: Group, came: IntArray, horizon_days: int, rng: np.random.Generator
) -> Levels:
    """The level to ask of each group so that 80 % of its ranges would have held; 80 % where too few can tell."""
    levels = {}
    for name, rows in rows_of_fits(fits, group).items():
        fit = fits[name]
        running = rows[~customers.has_ended[rows]]
        fold = _fold_table(fit, customers, running, came, horizon_days)
        try:
            found = calibrate_level(fit.lifetime, fit.spend, fold, rng=rng, draws=_FOLD_DRAWS)
        except AnalyticsError:
            levels[name] = NOMINAL
        else:
            levels[name] = found.level
    return levels


def parameter_spread(
    fits: Fits, customers: Customers, group: Group, horizon_days: int, rng: np.random.Generator
) -> float:
    """Half the width of the 80 % range that the doubt about the parameters alone gives the sum, as a share of it."""
    likely = width = 0.0
    for name, everybody in rows_of_fits(fits, group).items():
        fit, rows = fits[name], everybody[customers.frequency[everybody] > 0]
        if rows.size:
            rows = rows[:: max(1, -(-rows.size // _MOST_IN_A_SPREAD))]
            found = total_range(fit.lifetime, fit.spend, horizon_days, *_history(customers, rows), judged=(), rng=rng)
            likely, width = likely + found.likely, width + (found.high - found.low) / 2
    return width / likely if likely > 0 else 0.0


def _history(customers: Customers, rows: Rows) -> tuple[IntArray, IntArray, IntArray, np.ndarray]:
    return customers.frequency[rows], customers.recency[rows], customers.age[rows], customers.mean_spend[rows]


def _fold_table(fit: Fit, customers: Customers, rows: Rows, came: IntArray, horizon_days: int) -> SplitTable:
    """The customers of a fold in the library's shape; what came is brought back to revenue, as ranges are drawn."""
    until: date = day_of(customers.as_of)
    rate = margin_rates(fit, customers, rows)
    frequency, recency, age, spend = _history(customers, rows)
    return SplitTable(
        customer=customers.ids[rows],
        frequency=frequency,
        recency=recency.astype(np.float64),
        age=age.astype(np.float64),
        mean_spend=spend,
        spend_total=customers.revenue[rows].astype(np.float64),
        first_day=customers.first[rows].astype("datetime64[D]"),
        last_day=customers.last[rows].astype("datetime64[D]"),
        unit="day",
        until=until,
        holdout_frequency=(came[rows] > 0).astype(np.int64),
        holdout_spend=np.where(rate > 0, came[rows] / np.where(rate > 0, rate, 1.0), 0.0),
        holdout_end=until + timedelta(days=horizon_days),
    )
