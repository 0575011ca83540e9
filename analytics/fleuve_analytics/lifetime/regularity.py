"""How regular do people buy? From histories to a fitted model of regular buyers, with k found where it is not given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from fleuve_analytics.errors import InvalidHistory, InvalidSetting
from fleuve_analytics.lifetime.estimate import STARTS, climb, in_unit_of_caller, starts_from
from fleuve_analytics.lifetime.observations import Observations, observe, refuse
from fleuve_analytics.lifetime.regular import mean_log_likelihood
from fleuve_analytics.lifetime.regular_buyers import RegularDropout
from fleuve_analytics.maxima import Maximum
from fleuve_analytics.numerics import FloatArray

__all__ = ["LARGEST_K", "estimate_regular"]

Regular = TypeVar("Regular", bound=RegularDropout)

# An Erlang of twelve stages varies by 29 % of its mean. People who differ that little in their own gaps have a contract
# or a standing order, and another model.
LARGEST_K = 12
# The likelihood rises to one k and falls beyond; three falls in a row settle that it does not come back.
FALLS = 3


@dataclass(frozen=True)
class _Rung:
    """The best parameters for one k, and the log-likelihood with everything that depends on k."""

    k: int
    top: Maximum
    level: float


def estimate_regular(
    kind: type[Regular],
    k: int | None,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
    log_gaps: npt.ArrayLike | None,
    weights: npt.ArrayLike | None,
    start: Regular | None,
) -> Regular:
    """Fit BG/CNBD-k or MBG/CNBD-k by maximum likelihood, over k too when it is None."""
    if k is None and log_gaps is None:
        raise InvalidSetting(
            "To find k, give log_gaps, which purchase_table computes with gaps=True; or state k.", code="log_gaps"
        )
    seen = observe(frequency, recency, age, weights)
    gaps = 0.0 if log_gaps is None else _total_log_gaps(log_gaps, frequency, recency, weights)
    gaps -= seen.purchases * float(np.log(seen.scale))
    starts = _starts(start, seen, k or 1)
    best = (_best if k is None else _rung)(seen, kind.first_chance, k or 1, gaps, starts)
    top = Maximum(best.top.at, best.level, best.top.hessian)
    (r, alpha, a, b), covariance, log_likelihood = in_unit_of_caller(top, seen, times=(1,))
    return kind(
        k=best.k,
        r=r,
        alpha=alpha,
        a=a,
        b=b,
        covariance=covariance,
        log_likelihood=log_likelihood,
        customers=seen.total,
        converged=top.is_inside,
    )


def _starts(start: RegularDropout | None, seen: Observations, k: int) -> Sequence[FloatArray]:
    """Where a search for this k begins."""
    first, *others = starts_from(start, seen, times=(1,))
    return (first if start is None else _moved(first, start.k, k), *others)


def _moved(at: FloatArray, k: int, other: int) -> FloatArray:
    """The same pace of purchases when each takes `other` stages instead of k."""
    return np.asarray(at - np.array([0.0, np.log(other / k), 0.0, 0.0]), dtype=np.float64)


def _best(seen: Observations, first_chance: int, first: int, gaps: float, starts: Sequence[FloatArray]) -> _Rung:
    """Climb k = 1, 2, … each from the parameters of the one before, until the likelihood has clearly turned."""
    best = last = _rung(seen, first_chance, first, gaps, starts)
    for k in range(first + 1, LARGEST_K + 1):
        last = _rung(seen, first_chance, k, gaps, (_moved(last.top.at, last.k, k), *STARTS))
        best = max(best, last, key=lambda rung: rung.level)
        if k - best.k >= FALLS:
            break
    return best


def _rung(seen: Observations, first_chance: int, k: int, gaps: float, starts: Sequence[FloatArray]) -> _Rung:
    """The best parameters for this k."""
    top = climb(lambda at, rows: mean_log_likelihood(at, rows, first_chance, k), seen, starts)
    constant = (k - 1) * gaps - seen.purchases * float(gammaln(k))
    return _Rung(k, top, top.value + constant / seen.total)


def _total_log_gaps(
    log_gaps: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, weights: npt.ArrayLike | None
) -> float:
    """Sum of ln gap over all customers, after checking that the gaps can add up to the recency.

    x gaps that add up to t_x have a product of at most (t_x/x)^x, and with one gap there is no choice at all: gaps in
    another unit of time than the recency do not pass.
    """
    x, last = (np.atleast_1d(np.asarray(part, dtype=np.float64)).ravel() for part in (frequency, recency))
    logs = np.atleast_1d(np.asarray(log_gaps, dtype=np.float64)).ravel()
    if logs.size != x.size:
        raise InvalidHistory(
            f"There are {logs.size} sums of log gaps for {x.size} customers. Give one per customer.",
            code="lengths_differ",
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        most = np.where(x > 0, x * np.log(last / np.maximum(x, 1)), 0.0)
    slack = 1e-6 * np.maximum(x, 1)
    faults = {
        "not_finite": (~np.isfinite(logs), "has a missing or infinite sum of log gaps"),
        "gaps_exceed_recency": (logs > most + slack, "has gaps longer than the time from first to last purchase"),
        "gap_is_not_recency": ((x <= 1) & (logs < most - slack), "has one gap that is not the time between its ends"),
    }
    for code, (wrong, words) in faults.items():
        if wrong.any():
            refuse(code, words + ", or in another unit of time", np.flatnonzero(wrong))
    return float(logs.sum() if weights is None else np.asarray(weights, dtype=np.float64).ravel() @ logs)
