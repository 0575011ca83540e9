"""What does each customer usually spend, and how much does it vary? A population of baskets.

The logarithm of a basket is Normal with a mean and a variance of the customer's own; across customers the variance is
inverse-Gamma(a, b), and the mean, given the variance, Normal(m, variance/κ). A customer's baskets then have a closed-
form likelihood (Bernardo & Smith 1994, appendix A): with n logarithms of mean x̄ and squares about it summing to Q,

    ln L = ln Γ(a + n/2) − ln Γ(a) + a ln b − (a + n/2) ln b' + ½ ln(κ/(κ + n)) − (n/2) ln 2π
    b' = b + Q/2 + κ n (x̄ − m)² / (2 (κ + n))
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fleuve_analytics.churn.gaps import GapTable, Runs
from fleuve_analytics.errors import DidNotConverge, NotEnoughData
from fleuve_analytics.numerics import FloatArray, IntArray
from fleuve_analytics.records import Record

__all__ = ["BasketModel", "BasketSummary", "FittedBaskets", "PaidBaskets"]

SAMPLE = 10_000
LEAST_CUSTOMERS = 20


@dataclass(frozen=True, eq=False)
class BasketSummary:
    """All that the model needs of logarithms of baskets: how many, their sum, the sum of their squares."""

    count: FloatArray
    total: FloatArray
    squares: FloatArray

    @classmethod
    def between(cls, logs: Runs, first: IntArray, end: IntArray) -> BasketSummary:
        """Of the figures from place `first` to place `end` − 1."""
        total, squares = logs.running(logs.value), logs.running(logs.value**2)
        return cls((end - first).astype(np.float64), total[end] - total[first], squares[end] - squares[first])


@dataclass(frozen=True, eq=False)
class PaidBaskets:
    """Logarithms of the baskets above zero, centred at the population's mean, and the days waited before each."""

    runs: Runs
    waited: FloatArray


@dataclass(frozen=True, kw_only=True)
class FittedBaskets(Record):
    """A population of baskets: m, mean of their logarithm; kappa: how many baskets the prior mean is worth; a, b: shape
    and scale of the variance within customers."""

    model = "BasketModel"

    m: float
    kappa: float
    a: float
    b: float
    log_likelihood: float

    def log_marginal(self, seen: BasketSummary) -> FloatArray:
        """ln L of each customer's baskets, (n,); logarithms centred at m, as `paid` gives them."""
        return _log_marginal(seen, 0.0, self.kappa, self.a, self.b)

    def paid(self, table: GapTable) -> PaidBaskets:
        """The baskets of a table as the model sees them."""
        return _paid(table, self.m)


@dataclass(frozen=True)
class BasketModel:
    """What do customers spend a purchase, and how steadily?

    Assumptions: the logarithms of a customer's baskets are Normal and independent, with one mean and one variance for
    as long as nothing changes.

    >>> rng = np.random.default_rng(1)
    >>> means = rng.normal(3, 1, 400)
    >>> logs = means[:, np.newaxis] + rng.normal(0, 0.5, (400, 9))
    >>> table = GapTable.of(np.arange(400), np.ones(3200), np.full(400, 8), np.ones(400), np.exp(logs).ravel())
    >>> fitted = BasketModel().fit(table)
    >>> round(fitted.m), round(fitted.b / (fitted.a - 1), 2)
    (3, 0.26)
    """

    def fit(self, table: GapTable) -> FittedBaskets:
        """Find the population by maximum likelihood.

        Raises `NotEnoughData` below 20 customers with two baskets, `DidNotConverge`.
        """
        runs = _paid(table, 0.0).runs
        seen = BasketSummary.between(runs, runs.start[:-1], runs.start[1:])
        rows = np.flatnonzero(seen.count >= 1)
        if int((seen.count >= 2).sum()) < LEAST_CUSTOMERS:
            raise NotEnoughData(
                f"Baskets are learned from customers with two of them or more: {LEAST_CUSTOMERS} are needed. Use a "
                "longer history.",
                code="few_repeat_buyers",
                needed=LEAST_CUSTOMERS,
            )
        order = rows[np.lexsort((seen.squares[rows], seen.total[rows], seen.count[rows]))]
        kept = order[:: max(1, order.size // SAMPLE)]
        (m, kappa, a, b), value = _best(BasketSummary(seen.count[kept], seen.total[kept], seen.squares[kept]))
        return FittedBaskets(customers=float(rows.size), m=m, kappa=kappa, a=a, b=b, log_likelihood=value)


def _log_marginal(seen: BasketSummary, m: float, kappa: float, a: float, b: float) -> FloatArray:
    from scipy.special import gammaln

    n = seen.count
    mean = seen.total / np.maximum(n, 1)
    within = np.maximum(seen.squares - n * mean**2, 0.0)
    scale = b + within / 2 + kappa * n * (mean - m) ** 2 / (2 * (kappa + n))
    head = gammaln(a + n / 2) - gammaln(a) + a * np.log(b) - (a + n / 2) * np.log(scale)
    return np.asarray(head + np.log(kappa / (kappa + n)) / 2 - n / 2 * np.log(2 * np.pi), dtype=np.float64)


def _best(seen: BasketSummary) -> tuple[tuple[float, float, float, float], float]:
    """Maximum likelihood in (m, ln κ, ln a, ln b), slopes by central differences of the whole sum."""
    from scipy.optimize import minimize

    mean = float(seen.total.sum() / seen.count.sum())
    spread = max(float(seen.squares.sum() / seen.count.sum() - mean**2), 1e-6)

    def downhill(at: FloatArray) -> float:
        m, (kappa, a, b) = mean + at[0] * np.sqrt(spread), np.exp(at[1:])
        return -float(_log_marginal(seen, m, kappa, a, b * spread).mean())

    bounds = [(-5.0, 5.0), (-10.0, 10.0), (-5.0, 12.0), (-12.0, 12.0)]
    found = minimize(downhill, np.array([0.0, -0.5, 0.7, -0.3]), method="L-BFGS-B", jac="3-point", bounds=bounds)
    if not np.isfinite(found.fun) or found.nit == 0:
        raise DidNotConverge("No population of baskets was found. Look for wild amounts.", code="no_maximum")
    kappa, a, b = np.exp(found.x[1:]).tolist()
    return (float(mean + found.x[0] * np.sqrt(spread)), kappa, a, b * spread), -float(found.fun) * seen.count.size


def _paid(table: GapTable, centre: float) -> PaidBaskets:
    spends = table.spends
    # Days waited before each purchase day: none before the first.
    waited = np.zeros(spends.value.size)
    waited[spends.place > 0] = table.gaps.value
    paid = spends.value > 0
    passed = np.cumsum(waited)
    counts = np.bincount(spends.owner[paid], minlength=len(table))
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    runs = Runs(np.log(spends.value[paid]) - centre, start)
    between = np.diff(passed[paid], prepend=0.0)
    return PaidBaskets(runs, np.where(runs.place > 0, between, 0.0))
