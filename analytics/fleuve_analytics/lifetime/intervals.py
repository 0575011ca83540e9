"""How sure is a figure that follows from fitted parameters? Two roads to the same question.

`delta_interval` carries the estimated covariance of the parameters through the slope of the figure: quick, for millions
of customers at once. `bootstrap_intervals` makes up fresh customers from the fitted parameters, fits each made-up crowd
anew and looks at how the figure scatters: slow, and right also where the likelihood is no bell.

Both speak of the doubt about the *parameters*. What a single customer will do scatters far more: see
`fleuve_analytics.backtest.money_ranges`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from fleuve_analytics.errors import DidNotConverge, InvalidSetting, NotEnoughData
from fleuve_analytics.fitted import Fitted
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.shares import normal_quantile, require_level
from fleuve_analytics.weights import checked_weights

__all__ = ["Interval", "Scale", "bootstrap_intervals", "delta_interval"]

Model = TypeVar("Model", bound=Fitted)
Scale = Literal["ratio", "difference", "odds"]
# On which scale the scatter is taken to be even: the way there, the way back, and the slope of the way there.
_SCALES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]] = {
    "ratio": (np.log, np.exp, lambda value: 1 / value),
    "difference": (lambda value: value, lambda value: value, np.ones_like),
    "odds": (logit, expit, lambda value: 1 / (value * (1 - value))),
}
# Predictions are exact to about 1e-11, so differences over a ten-thousandth know a slope to 1e-7.
STEP = 1e-4
LEAST_SHARE = 0.9


@dataclass(frozen=True, eq=False)
class Interval:
    """An estimate with its interval at the level asked for; arrays of the shape of the statistic.

    standard_error: of the estimate, on its own scale. refits and failed: how many made-up crowds were fitted, and how
    many could not be (bootstrap only).
    """

    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    standard_error: FloatArray
    refits: int = 0
    failed: int = 0


def delta_interval(
    fitted: Model, statistic: Callable[[Model], npt.ArrayLike], level: float = 0.95, scale: Scale = "ratio"
) -> Interval:
    """Interval of any smooth figure of a fitted model, from the covariance of its parameters (delta method).

    statistic: takes a fitted model and returns a number, or one per customer; asked twice per parameter. scale: on
    which scale the estimate scatters evenly: "ratio" for figures above zero (parameters, purchases, money), "odds" for
    chances, "difference" for figures that may be negative. A figure that does not depend on the parameters has an
    interval of length zero; where the data do not tell the parameters (infinite variance), it is unbounded.

    Raises `InvalidSetting` for a level outside (0, 1) or figures that the scale does not hold.

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> from fleuve_analytics.lifetime import BetaGeometric
    >>> table = cdnow_sample()
    >>> fitted = BetaGeometric().fit(table.frequency, table.recency, table.age)
    >>> found = delta_interval(fitted, lambda model: model.expected_purchases_new(52))
    >>> [round(float(edge), 2) for edge in (found.low, found.estimate, found.high)]
    [1.31, 1.44, 1.59]
    """
    require_level(level)
    estimate = np.asarray(statistic(fitted), dtype=np.float64)
    slopes, spread = _slopes(fitted, statistic), np.array(fitted.covariance)
    if np.isfinite(spread).all():
        error = np.sqrt(np.maximum(np.einsum("i...,ij,j...->...", slopes, spread, slopes), 0.0))
    else:
        error = np.where((slopes != 0).any(axis=0), math.inf, 0.0)
    _, back, slope = _SCALES[scale]
    place = _on_scale(estimate, error, scale)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        reach = np.where(error > 0, normal_quantile(level) * error * slope(estimate), 0.0)
        low, high = (np.where(error > 0, back(place + side * reach), estimate) for side in (-1, 1))
    return Interval(estimate, low, high, error)


def _slopes(fitted: Model, statistic: Callable[[Model], npt.ArrayLike]) -> FloatArray:
    """Derivatives of the statistic in each parameter (first axis), by central differences."""
    at = np.array(list(fitted.parameters.values()))
    signed = np.array([fitted.may_be_negative(name) for name in fitted.parameters])
    doubt = np.sqrt(np.diag(np.array(fitted.covariance)))
    steps = np.where(signed, STEP * np.where(np.isfinite(doubt) & (doubt > 0), doubt, 1.0), STEP * at)
    columns = []
    for shift in np.diag(steps):
        above, below = (np.asarray(statistic(fitted.moved_to(at + side * shift)), np.float64) for side in (1, -1))
        columns.append((above - below) / (2 * shift.sum()))
    return np.array(columns)


def bootstrap_intervals(
    model: Any,
    fitted: Model,
    given: npt.ArrayLike,
    statistic: Callable[[Model], npt.ArrayLike],
    replications: int,
    rng: np.random.Generator,
    weights: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> Interval:
    """Interval of any figure of a fitted model, by fitting made-up crowds like it (parametric bootstrap).

    model: what was fitted, with its settings; given: what a crowd is made up from, one value per customer of the fit:
    ages for models of buying, frequencies for Gamma-Gamma. weights: how many customers each stands for (a share of a
    customer is there or not by lot). replications: crowds to fit; a 95 % interval wants a thousand.

    The interval is the middle share of the refits (percentiles): it follows the skew of the estimate, stays where the
    figure can be and needs no scale. Over 200 made-up crowds of 800 with a known truth it covered 78 to 82 % where 80 %
    was promised, one half of the misses at each end; the reflected ("basic") interval missed at one end only and its
    ratios covered 86 to 88 % for chances of leaving. Efron (1979), "Bootstrap Methods: Another Look at the Jackknife",
    Annals of Statistics 7(1).

    Raises `InvalidSetting` for a level outside (0, 1) or fewer than two replications, and `DidNotConverge` when a tenth
    or more of the crowds cannot be fitted, because what is left no longer stands for all.
    """
    require_level(level)
    if replications < 2:
        raise InvalidSetting("At least two replications are needed, a thousand for 95 %.", code="replications")
    estimate = np.asarray(statistic(fitted), dtype=np.float64)
    refits = list(_refits(model, fitted, np.asarray(given, dtype=np.float64), replications, rng, weights))
    failed = replications - len(refits)
    if len(refits) < LEAST_SHARE * replications:
        raise DidNotConverge(
            f"{failed} of {replications} made-up crowds could not be fitted, so their scatter says nothing. Use the "
            "delta method, or more customers.",
            code="refits",
            failed=failed,
        )
    values = np.array([np.asarray(statistic(one), dtype=np.float64) for one in refits])
    error = values.std(axis=0, ddof=1)
    # Of n values, the k-th smallest has k/(n + 1) of what might have come below it.
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=0, method="weibull")
    return Interval(estimate, low, high, error, len(refits), failed)


def _refits(
    model: Any, fitted: Model, given: FloatArray, replications: int, rng: np.random.Generator, weights: Any
) -> Iterator[Model]:
    """The model fitted to one made-up crowd after the other, each search begun at the truth behind it."""
    weight = checked_weights(weights, given.size)
    whole = np.floor(weight).astype(np.int64)
    if is_dataclass(model) and any(field.name == "start" for field in fields(model)):
        model = replace(model, start=fitted)  # type: ignore[type-var]
    for _ in range(replications):
        crowd = np.repeat(given.ravel(), whole + (rng.random(weight.size) < weight - whole))
        made = fitted.simulate(crowd, rng)  # type: ignore[attr-defined]
        columns = {field.name: getattr(made, field.name) for field in fields(made)}
        try:
            yield model.fit(**{name: column for name, column in columns.items() if column is not None})
        except (DidNotConverge, NotEnoughData):
            continue


def _on_scale(estimate: FloatArray, error: FloatArray, scale: Scale) -> FloatArray:
    """The estimate on the scale, or `InvalidSetting` where it does not belong there."""
    if scale not in _SCALES:
        raise InvalidSetting(f"The scale is one of {', '.join(_SCALES)}, not {scale}.", code="scale")
    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.asarray(_SCALES[scale][0](estimate), dtype=np.float64)
    if (~np.isfinite(place) & (error > 0)).any():
        raise InvalidSetting(
            f'The scale "{scale}" does not hold all these figures. Use "difference" for figures that may be negative, '
            '"ratio" for those above zero, "odds" for chances.',
            code="scale",
        )
    return place
