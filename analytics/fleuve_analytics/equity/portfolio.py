"""Customer equity: what all customers together are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.backtest.judgement import JudgedTotal
from fleuve_analytics.backtest.totals import parameter_ratios, widened_range
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.lifetime.futures import FittedBuying
from fleuve_analytics.numerics import FloatArray, IntArray
from fleuve_analytics.shares import require_level
from fleuve_analytics.spend.gamma_gamma import FittedGammaGamma

__all__ = ["PortfolioValue", "customer_values", "portfolio_value"]

# Rows valued at a time: the discounted sum looks at many moments ahead of each.
CHUNK = 50_000
# Customers on whom the doubt about the parameters is measured. Each stands for the same part of the value: on CDNOW the
# range is then that of 2,500 customers to a third of a per cent of the value.
SAMPLE = 250


@dataclass(frozen=True)
class PortfolioValue:
    """Expected discounted margin of all customers, with its range; widened_by_backtest as in `TotalRange`."""

    low: float
    likely: float
    high: float
    customers: int
    level: float
    widened_by_backtest: bool


def customer_values(
    buying: FittedBuying,
    spend: FittedGammaGamma,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
    mean_spend: npt.ArrayLike,
    *,
    discount_rate: float,
    horizon: float | None = None,
    margin: npt.ArrayLike = 1.0,
) -> FloatArray:
    """What each customer's purchases to come are worth: discounted number × expected spend × margin.

    Assumptions: those of both models; spend does not depend on how often one buys or for how long; a purchase earns its
    margin when it is made.

    buying, spend: fitted models of purchases and of spend; frequency, recency, age, mean_spend: shape (n,), as in their
    fits. discount_rate: continuous, per unit of time of the fit; horizon: how far ahead, for ever by default; margin:
    share of spend kept (1 values revenue), one or one per customer.

    Reference: Fader, Hardie & Lee (2005), "RFM and CLV", Journal of Marketing Research 42.
    """
    columns = [np.atleast_1d(np.asarray(part, dtype=np.float64)) for part in (frequency, recency, age, mean_spend)]
    share = np.broadcast_to(np.asarray(margin, dtype=np.float64), columns[0].shape)
    if not np.isfinite(share).all():
        raise InvalidSetting("Every margin must be a number.", code="margin")
    worth = np.empty(columns[0].shape)
    for start in range(0, worth.size, CHUNK):
        x, recent, old, money = (part[start : start + CHUNK] for part in columns)
        many = buying.expected_discounted_purchases(discount_rate, x, recent, old, horizon)
        worth[start : start + CHUNK] = many * spend.expected_spend(x, money)
    return worth * share


def portfolio_value(
    buying: FittedBuying,
    spend: FittedGammaGamma,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
    mean_spend: npt.ArrayLike,
    *,
    discount_rate: float,
    rng: np.random.Generator,
    horizon: float | None = None,
    margin: npt.ArrayLike = 1.0,
    judged: Sequence[JudgedTotal] = (),
    level: float = 0.80,
) -> PortfolioValue:
    """Customer equity of a base: the sum of `customer_values`, as low, likely and high.

    The range holds the doubt about the parameters of both models, drawn from their estimated distributions, and is at
    least as wide as past predictions in `judged` were wrong (see `backtest.total_range`). It is about what to expect;
    on a small base the customers themselves will scatter around it. Of a model in a limit case (`converged` false) the
    doubt is not known and none is added.

    Arguments as in `customer_values`; rng: the same seed gives the same range. Cost to serve and new customers are not
    in it. Raises `InvalidHistory`, `InvalidSpend` or `InvalidSetting`.
    """
    require_level(level)
    columns = [np.atleast_1d(np.asarray(part, dtype=np.float64)) for part in (frequency, recency, age, mean_spend)]
    share = np.broadcast_to(np.asarray(margin, dtype=np.float64), columns[0].shape)
    worth = customer_values(buying, spend, *columns, discount_rate=discount_rate, horizon=horizon, margin=share)
    likely = float(worth.sum())
    rows = _representative(worth, rng)
    some, size = [part[rows] for part in (*columns, share)], np.abs(worth[rows])

    def total(one: FittedBuying, other: FittedGammaGamma) -> float:
        moved = customer_values(one, other, *some[:4], discount_rate=discount_rate, horizon=horizon, margin=some[4])
        return likely + float(np.abs(worth).sum() * np.mean((moved - worth[rows]) / size))

    if not likely:
        return PortfolioValue(likely, likely, likely, columns[0].size, level, False)
    found = widened_range(likely, parameter_ratios((buying, spend), total, rng), judged, level)
    return PortfolioValue(found.low, likely, found.high, columns[0].size, level, found.widened_by_backtest)


def _representative(worth: FloatArray, rng: np.random.Generator) -> IntArray:
    """Rows drawn so that each stands for the same part of the value: in equal steps of it, from the least worth on."""
    size = np.abs(worth)
    order = np.argsort(size, kind="stable")
    gathered = np.cumsum(size[order])
    if not (gathered.size and gathered[-1] > 0):
        return np.empty(0, dtype=np.int64)
    steps = (np.arange(SAMPLE) + rng.random()) / SAMPLE * gathered[-1]
    return np.asarray(order[np.searchsorted(gathered, steps)], dtype=np.int64)
