"""From histories to a fitted model: one road for the three lifetime models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from fleuve_analytics.fitted import Covariance, Fitted, covariance_of
from fleuve_analytics.lifetime.geometric import GeometricDropout, mean_log_likelihood
from fleuve_analytics.lifetime.observations import Observations, observe
from fleuve_analytics.maxima import FLATTEST, LOG_LIMIT, Maximum, climb_with, maximise
from fleuve_analytics.numerics import FloatArray

__all__ = ["STARTS", "climb", "estimate_geometric", "guide_from", "in_unit_of_caller", "starts_from"]

Geometric = TypeVar("Geometric", bound=GeometricDropout)
Likelihood = Callable[[FloatArray, Observations], tuple[float, FloatArray]]

# Times are divided by the mean age, so plain ones are never far off; the others are for unusual histories.
STARTS = (np.zeros(4), np.array([-1.0, -1.0, 0.0, 1.0]), np.array([1.0, 0.0, -1.0, 2.0]), np.full(4, -2.0))
# Distinct histories from which on a search is led by a part of them.
MANY = 20_000


def estimate_geometric(
    kind: type[Geometric],
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
    weights: npt.ArrayLike | None,
    start: Geometric | None,
) -> Geometric:
    """Fit BG/NBD or MBG/NBD by maximum likelihood."""
    seen = observe(frequency, recency, age, weights)
    starts, guide = starts_from(start, seen, times=(1,)), guide_from(start, seen, times=(1,))
    top = climb(lambda at, rows: mean_log_likelihood(at, rows, kind.first_chance), seen, starts, guide)
    (r, alpha, a, b), covariance, log_likelihood = in_unit_of_caller(top, seen, times=(1,))
    return kind(
        r=r,
        alpha=alpha,
        a=a,
        b=b,
        covariance=covariance,
        log_likelihood=log_likelihood,
        customers=seen.total,
        converged=top.is_inside,
    )


def climb(
    likelihood: Likelihood, seen: Observations, starts: Sequence[FloatArray] = STARTS, guide: Maximum | None = None
) -> Maximum:
    """The maximum over all rows; led by `guide`, that of similar rows, or when they are many by that of a sixteenth.

    A guide knows the place and the bend of the likelihood well enough for a handful of looks at all rows to end the
    search: ten times fewer than starting afresh.
    """
    if guide is None and len(seen.age) > MANY:
        guide = climb(likelihood, seen.thinned(len(seen.age) // 16), starts)
    top = None if guide is None else climb_with(lambda at: likelihood(at, seen), guide)
    return top or maximise(lambda at: likelihood(at, seen), starts)


def starts_from(start: Fitted | None, seen: Observations, times: tuple[int, ...]) -> Sequence[FloatArray]:
    """Where searches begin: at an earlier fit of similar data when there is one, and at the usual places after it."""
    if start is None:
        return STARTS
    at = np.array(list(start.parameters.values()))
    at[list(times)] /= seen.scale
    return (np.clip(np.log(at), -6.0, 6.0), *STARTS)


def guide_from(start: Fitted | None, seen: Observations, times: tuple[int, ...]) -> Maximum | None:
    """The maximum of an earlier fit in the terms of a search: its place, and the bend that its covariance tells.

    None without one, and where it was a limit case or merely stated, whose bend nobody knows.
    """
    if start is None or not start.converged:
        return None
    parameters, covariance = np.array(list(start.parameters.values())), np.array(start.covariance)
    if not (np.isfinite(covariance).all() and np.linalg.cond(covariance) < 1 / FLATTEST):
        return None
    bend = -np.linalg.inv(covariance) * np.outer(parameters, parameters) / start.customers
    parameters[list(times)] /= seen.scale
    at = np.log(parameters)
    return Maximum(at, start.log_likelihood / start.customers, bend) if (np.abs(at) < LOG_LIMIT).all() else None


def in_unit_of_caller(
    top: Maximum, seen: Observations, times: tuple[int, ...]
) -> tuple[tuple[float, ...], Covariance, float]:
    """Parameters, covariance and log-likelihood back in the caller's unit of time; `times` are lengths of time.

    Each repeat purchase contributes a density per unit of time, hence the change of the log-likelihood.
    """
    parameters = np.exp(top.at)
    parameters[list(times)] *= seen.scale
    log_likelihood = top.value * seen.total - seen.purchases * float(np.log(seen.scale))
    return tuple(parameters.tolist()), covariance_of(top.hessian, parameters, seen.total), log_likelihood
