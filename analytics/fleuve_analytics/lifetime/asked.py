"""Which columns a model looks at, for which process: the settings that models with covariates share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidCovariates, InvalidSetting
from fleuve_analytics.lifetime.columns import read_columns
from fleuve_analytics.lifetime.effects import Terms
from fleuve_analytics.lifetime.profiles import Profiled, observe_profiles

__all__ = ["asked_terms", "named", "observe_terms"]


def named(columns: Iterable[str]) -> tuple[str, ...]:
    """Names of columns as a tuple; one name alone is one column, not its letters."""
    return (columns,) if isinstance(columns, str) else tuple(columns)


def asked_terms(processes: Mapping[str, Iterable[str]], penalties: Mapping[str, float]) -> Terms:
    """The effects that are asked for: a column once per process, and not both apart and equal.

    processes: columns by process; penalties: of a squared effect of one standard deviation, by process ("equal" counts
    for both). Raises `InvalidSetting`.
    """
    for process, value in penalties.items():
        if not (np.isfinite(value) and value >= 0):
            raise InvalidSetting(f"The penalty of {process} must be zero or more, not {value}.", code="penalty")
    asked = [(process, column) for process, columns in processes.items() for column in named(columns)]
    equal = set(named(processes.get("equal", ())))
    for place, (process, column) in enumerate(asked):
        if (process, column) in asked[:place]:
            raise InvalidSetting(f"Column {column!r} is named twice for {process}.", code="columns", column=column)
        if process in ("purchase", "dropout") and column in equal:
            raise InvalidSetting(
                f"Column {column!r} is asked to have an equal effect on both processes and one of its own on "
                f"{process}. Name it in one place.",
                code="columns",
                column=column,
            )
    dear = {**penalties, "staying": penalties["dropout"], "equal": penalties["purchase"] + penalties["dropout"]}
    penalty = np.array([dear[process] for process, _ in asked], dtype=np.float64)
    return Terms(tuple(process for process, _ in asked), tuple(column for _, column in asked), penalty)


def observe_terms(
    terms: Terms,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
    weights: npt.ArrayLike | None,
    covariates: Any,
) -> Profiled:
    """The histories with the columns that the terms look at."""
    if covariates is None and terms.distinct:
        raise InvalidCovariates(
            f"This model looks at {', '.join(terms.distinct)}. Pass covariates= with one row per customer.",
            code="missing_covariates",
        )
    size = max(np.size(frequency), np.size(recency), np.size(age))
    values = read_columns(covariates, terms.distinct, size)
    return observe_profiles(frequency, recency, age, weights, values, terms.distinct)
