"""How dear large effects should be: chosen by customers that were left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.lifetime.asked import named
from fleuve_analytics.lifetime.columns import read_columns
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.weights import checked_weights

__all__ = ["PenaltyChoice", "choose_penalty"]

Model = TypeVar("Model", bound=Any)
# With n customers, a penalty of λ believes that an effect of one standard deviation is about 1/√(2nλ) large.
CANDIDATES = tuple((penalty, penalty) for penalty in (0.0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1))


@dataclass(frozen=True)
class PenaltyChoice(Generic[Model]):
    """The model with the penalties chosen, and what speaks for them.

    candidates: pairs of penalties (purchase, dropout) that were tried; held_out: mean log-likelihood of a left-out
    customer with each; standard_error: of each one's distance from the best, between folds.
    """

    model: Model
    candidates: tuple[tuple[float, float], ...]
    held_out: tuple[float, ...]
    standard_error: tuple[float, ...]


def choose_penalty(
    model: Model,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    covariates: Any,
    rng: np.random.Generator,
    candidates: Sequence[tuple[float, float]] = CANDIDATES,
    folds: int = 5,
) -> PenaltyChoice[Model]:
    """Choose `penalty_purchase` and `penalty_dropout` of a model with covariates by cross-validation.

    Rule: customers are dealt into folds at random; the model is fitted to all folds but one and asked how likely the
    histories of that one are. The pair with the highest mean log-likelihood of left-out customers wins; of equal ones
    the larger penalty.

    model: with its columns; the other arguments as in its `fit`; candidates: pairs of penalties to try. Costs a fit per
    candidate and fold. Raises `InvalidSetting` (folds, candidates) and what `fit` raises.

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> from fleuve_analytics.lifetime import BetaGeometricCovariates
    >>> table, rng = cdnow_sample(), np.random.default_rng(1)
    >>> noise = {"noise": rng.normal(size=len(table.age))}
    >>> choice = choose_penalty(
    ...     BetaGeometricCovariates(purchase=["noise"]), table.frequency, table.recency, table.age,
    ...     covariates=noise, rng=rng, candidates=[(0, 0), (1, 1)],
    ... )
    >>> len(choice.held_out), choice.model.penalty_purchase in (0, 1)
    (2, True)
    """
    x, last, old = (np.atleast_1d(np.asarray(part, dtype=np.float64)) for part in (frequency, recency, age))
    weight = checked_weights(weights, x.size)
    if not 2 <= folds <= x.size:
        raise InvalidSetting("There must be two folds or more, and no more than customers.", code="folds")
    if not candidates:
        raise InvalidSetting("Name at least one pair of penalties to try.", code="candidates")
    pairs = tuple((float(purchase), float(dropout)) for purchase, dropout in candidates)
    names = _columns(model)
    table = dict(zip(names, read_columns(covariates, names, x.size).T, strict=True))
    fold = rng.permutation(x.size) % folds
    gains = np.empty((len(pairs), folds))
    for place, (purchase, dropout) in enumerate(pairs):
        tried = replace(model, penalty_purchase=purchase, penalty_dropout=dropout)
        for out in range(folds):
            gains[place, out] = _held_out(tried, (x, last, old), weight, table, fold == out)
    held_out = gains.sum(axis=1) / weight.sum()
    best = max(range(len(pairs)), key=lambda place: (held_out[place], pairs[place]))
    distance = (gains - gains[best]) * folds / weight.sum()
    return PenaltyChoice(
        replace(model, penalty_purchase=pairs[best][0], penalty_dropout=pairs[best][1]),
        pairs,
        tuple(held_out.tolist()),
        tuple((distance.std(axis=1, ddof=1) / np.sqrt(folds)).tolist()),
    )


def _columns(model: Any) -> tuple[str, ...]:
    processes = ("purchase", "dropout", "staying", "equal")
    return tuple(dict.fromkeys(name for process in processes for name in named(getattr(model, process, ()))))


def _held_out(
    model: Any, history: tuple[FloatArray, ...], weight: FloatArray, table: dict[str, FloatArray], out: FloatArray
) -> float:
    """Log-likelihood of the customers left out, by the model fitted to the others."""
    kept = ~out.astype(np.bool_)
    fitted = model.fit(
        *(part[kept] for part in history), weight[kept], covariates={name: part[kept] for name, part in table.items()}
    )
    left = fitted.for_customers({name: part[~kept] for name, part in table.items()})
    return float(weight[~kept] @ left.log_likelihood(*(part[~kept] for part in history)))
