"""Segments by rhythm of buying: a mixture of Poisson rates, each customer observed for her own time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidHistory, NotEnoughData
from fleuve_analytics.numerics import FloatArray, IntArray
from fleuve_analytics.records import Record
from fleuve_analytics.segmentation.choice import Criteria, Criterion, checked_range, entropy, shares_of
from fleuve_analytics.segmentation.rows import Rows, distinct_rows

__all__ = ["FittedRateSegments", "RateSegments"]

STEPS, STILL = 5_000, 1e-10


@dataclass(frozen=True, kw_only=True)
class FittedRateSegments(Record):
    """Segments by rate of purchases, slowest first.

    proportions: share of customers; rates: purchases per unit of time of the fit, 0 for those who never buy again.
    tried: (number of segments, BIC, ICL) of every number tried. converged: False when the search ran out of steps.
    """

    model = "RateSegments"

    proportions: tuple[float, ...]
    rates: tuple[float, ...]
    log_likelihood: float
    tried: tuple[tuple[int, float, float], ...]
    converged: bool

    @property
    def segments(self) -> int:
        """How many segments there are."""
        return len(self.rates)

    def probabilities(self, purchases: npt.ArrayLike, time: npt.ArrayLike) -> FloatArray:
        """Chance that each customer belongs to each segment, (n, segments)."""
        values = _checked(purchases, time)
        return shares_of(_log_joint(np.array(self.proportions), np.array(self.rates), values))[0]

    def assign(self, purchases: npt.ArrayLike, time: npt.ArrayLike) -> IntArray:
        """The likeliest segment of each customer, numbers from 0."""
        return np.asarray(np.argmax(self.probabilities(purchases, time), axis=1), dtype=np.int64)

    def expected_rate(self, purchases: npt.ArrayLike, time: npt.ArrayLike) -> FloatArray:
        """Mean rate of each customer given what was seen, (n,)."""
        return np.asarray(self.probabilities(purchases, time) @ np.array(self.rates))


@dataclass(frozen=True)
class RateSegments:
    """Which rhythms of buying are there? (latent-class Poisson)

    Assumptions: within a segment all buy at random at one steady rate; customers differ by segment only. Unlike a
    Gamma over rates, segments may be far apart, such as "never again" beside "every week".

    segments: how many; None lets `criterion` choose among 1 to `most`. Reference: Simar (1976), Annals of Statistics 4,
    on mixtures of Poisson laws; expectation-maximisation.

    >>> bought, weeks = [0] * 60 + [1] * 10 + [9, 10, 11, 12] * 10, 10.0
    >>> fitted = RateSegments().fit(bought, weeks)
    >>> fitted.segments, [round(rate, 2) for rate in fitted.rates]
    (2, [0.01, 1.05])
    """

    segments: int | None = None
    most: int = 6
    criterion: Criterion = "bic"

    def fit(
        self, purchases: npt.ArrayLike, time: npt.ArrayLike, weights: npt.ArrayLike | None = None
    ) -> FittedRateSegments:
        """Find the segments.

        purchases: how many each customer made (repeat purchases, when the first one is why she is in the list), (n,);
        time: how long each was observed, in one unit. weights: how many customers each row stands for.

        Raises `InvalidHistory`, `InvalidSetting`, `NotEnoughData`.
        """
        numbers = checked_range(self.segments, self.most, self.criterion)
        rows = distinct_rows(_checked(purchases, time), weights)
        if rows.total < 2 or not (rows.values[:, 0] > 0).any():
            raise NotEnoughData(
                "Nobody bought, or there is only one customer: no rhythm can be told. Use a longer history.",
                code="one_time_buyers_only",
            )
        tried = [(_found(rows, count)) for count in numbers if count <= len(rows.weight) or count == numbers[0]]
        return min(tried, key=lambda pair: getattr(pair[0], self.criterion))[1].with_tried(
            tuple((one.segments, one.bic, one.icl) for one, _ in tried)
        )


@dataclass(frozen=True)
class _Found:
    proportions: FloatArray
    rates: FloatArray
    log_likelihood: float
    customers: float
    converged: bool

    def with_tried(self, tried: tuple[tuple[int, float, float], ...]) -> FittedRateSegments:
        order = np.argsort(self.rates)
        return FittedRateSegments(
            customers=self.customers,
            proportions=tuple(self.proportions[order].tolist()),
            rates=tuple(self.rates[order].tolist()),
            log_likelihood=self.log_likelihood,
            tried=tried,
            converged=self.converged,
        )


def _found(rows: Rows, count: int) -> tuple[Criteria, _Found]:
    """Start from the rates at equal shares of customers, in order; one start serves, as rates lie on a line."""
    bought, time, weight = rows.values[:, 0], rows.values[:, 1], rows.weight
    typical = float(weight @ time) / float(weight @ bought)
    pace = (bought + 0.5) / (time + 0.5 * typical)
    order = np.argsort(pace, kind="stable")
    below = np.cumsum(weight[order]) / weight.sum()
    rates = np.interp((np.arange(count) + 0.5) / count, below, pace[order])
    rates, value = np.sort(rates) * np.linspace(0.9, 1.1, count), -np.inf
    proportions, converged = np.full(count, 1 / count), False
    for _ in range(STEPS):
        chances, density = shares_of(_log_joint(proportions, rates, rows.values))
        reached = float(weight @ density)
        if reached - value < STILL * rows.total:
            converged = True
            break
        value, weighted = reached, chances * weight[:, np.newaxis]
        proportions = np.maximum(weighted.sum(axis=0), 1e-300) / weight.sum()
        rates = (bought @ weighted) / np.maximum(time @ weighted, 1e-300)
    criteria = Criteria.of(count, reached, 2 * count - 1, rows.total, entropy(chances, weight))
    return criteria, _Found(proportions, rates, reached, rows.total, converged)


def _log_joint(proportions: FloatArray, rates: FloatArray, values: FloatArray) -> FloatArray:
    from scipy.special import gammaln, xlogy

    bought, mean = values[:, :1], values[:, 1:] * rates
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(proportions) + xlogy(bought, mean) - mean - gammaln(bought + 1))


def _checked(purchases: npt.ArrayLike, time: npt.ArrayLike) -> FloatArray:
    bought, seen = (np.asarray(part, dtype=np.float64) for part in (purchases, time))
    try:
        bought, seen = np.broadcast_arrays(np.atleast_1d(bought), seen)
    except ValueError:
        raise InvalidHistory(
            "One number of purchases and one time per customer are needed.", code="lengths_differ"
        ) from None
    wrong = ~(np.isfinite(bought) & np.isfinite(seen) & (bought >= 0) & (bought == np.floor(bought)) & (seen > 0))
    if wrong.any():
        raise InvalidHistory(
            f"Row {int(np.argmax(wrong))} has a number of purchases that is not whole, or no time of observation. "
            "Build the figures with purchase_table, and leave out customers first seen on the last day.",
            code="not_whole",
        )
    return np.column_stack([bought.ravel(), seen.ravel()])
