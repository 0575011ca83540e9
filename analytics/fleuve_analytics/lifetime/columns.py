"""What is known of each customer besides purchases: named columns of numbers, read, checked and put on one scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fleuve_analytics.errors import InvalidCovariates
from fleuve_analytics.numerics import FloatArray

__all__ = ["Standard", "read_columns", "standardise"]

# What is left of a column after the others have told what they can, as a share of its variance. Below, its coefficient
# would rest on rounding.
LEAST_OWN = 1e-9


def read_columns(table: Any, names: tuple[str, ...], count: int | None = None) -> FloatArray:
    """The named columns as floats, shape (customers, columns).

    table: anything that gives a column by name: a dict of arrays, a data frame of pandas or polars, an Arrow table.
    count: how many customers there must be; by default as many as the longest column, and single values serve for all.

    Raises `InvalidCovariates`: missing_column, not_a_number, not_finite, lengths_differ.
    """
    columns = [_column(table, name) for name in names]
    size = max((column.size for column in columns), default=0) if count is None else count
    for name, column in zip(names, columns, strict=True):
        if column.size != size and (count is not None or column.size != 1):
            raise InvalidCovariates(
                f"Column {name!r} has {column.size} values for {size} customers. Give one value per customer.",
                code="lengths_differ",
                column=name,
            )
    return np.column_stack([np.broadcast_to(column, size) for column in columns]) if names else np.empty((size, 0))


def _column(table: Any, name: str) -> FloatArray:
    try:
        raw = table[name]
    except Exception:  # each kind of table has an error of its own for a name that it lacks
        raise InvalidCovariates(
            f"There is no column {name!r}. Pass a table that has every column named in the model.",
            code="missing_column",
            column=name,
        ) from None
    try:
        values = np.atleast_1d(np.asarray(raw, dtype=np.float64)).ravel()
    except (TypeError, ValueError):
        raise InvalidCovariates(
            f"Column {name!r} does not hold numbers. Turn each of its words but one into a column of 0 and 1.",
            code="not_a_number",
            column=name,
        ) from None
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        raise InvalidCovariates(
            f"Column {name!r} has a missing or infinite value in row {wrong[0]}. Fill it, and add a column of 0 and 1 "
            "that says where it was missing.",
            code="not_finite",
            column=name,
            rows=tuple(int(row) for row in wrong[:10]),
        )
    return values


@dataclass(frozen=True)
class Standard:
    """Columns less their mean and divided by their spread, with what was taken away."""

    columns: FloatArray
    centre: FloatArray
    spread: FloatArray


def standardise(values: FloatArray, weight: FloatArray, names: tuple[str, ...]) -> Standard:
    """Columns with mean 0 and standard deviation 1, so that neither their unit nor their origin matters to a search.

    Raises `InvalidCovariates` for a column that never changes, or that the columns before it determine.
    """
    share = weight / weight.sum()
    # The largest value goes first, so that squares of very large or small numbers stay within a float.
    largest = np.maximum(np.abs(values).max(axis=0, initial=0.0), np.finfo(np.float64).tiny)
    part = values / largest
    centre = share @ part
    spread = np.sqrt(share @ (part - centre) ** 2)
    for place, name in enumerate(names):
        if spread[place] <= 1e-13 * abs(centre[place]) or np.ptp(part[:, place]) == 0:
            raise InvalidCovariates(
                f"Column {name!r} is the same for all customers, so it can tell nothing. Leave it out.",
                code="constant_column",
                column=name,
            )
    columns = (part - centre) / spread
    _require_own(columns, share, names)
    return Standard(columns, centre * largest, spread * largest)


def _require_own(columns: FloatArray, share: FloatArray, names: tuple[str, ...]) -> None:
    """Refuse the first column that those before it determine (Cholesky's factor of the correlations, row by row)."""
    correlation = (columns * share[:, np.newaxis]).T @ columns
    factor = np.zeros_like(correlation)
    for place, name in enumerate(names):
        for other in range(place):
            done = factor[place, :other] @ factor[other, :other]
            factor[place, other] = (correlation[place, other] - done) / factor[other, other]
        own = correlation[place, place] - factor[place, :place] @ factor[place, :place]
        if own < LEAST_OWN:
            others = ", ".join(repr(names[i]) for i in range(place) if abs(factor[place, i]) > 1e-6)
            raise InvalidCovariates(
                f"Column {name!r} follows from {others}: nothing can tell their effects apart. Leave one of them out.",
                code="collinear_columns",
                column=name,
            )
        factor[place, place] = np.sqrt(own)
