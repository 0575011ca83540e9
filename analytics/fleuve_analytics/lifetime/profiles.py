"""Customers with what is known of them: equal rows count once, as in `observations`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from fleuve_analytics.lifetime.columns import Standard, standardise
from fleuve_analytics.lifetime.observations import checked_histories, require_enough
from fleuve_analytics.numerics import FloatArray, IntArray
from fleuve_analytics.weights import checked_weights

__all__ = ["Profiled", "observe_profiles"]


@dataclass(frozen=True)
class Profiled:
    """Distinct rows of (profile, frequency, recency, age) with how many customers share each.

    A *profile* is a distinct row of covariates, in standard units in `standard.columns`. A *pair* is a distinct
    (profile, frequency): the costly functions of both are computed once per pair. `pair[i]` is the pair of row i,
    `profile[j]` the profile of pair j. Times are divided by `scale`, the mean age.
    """

    recency: FloatArray
    age: FloatArray
    weight: FloatArray
    pair: IntArray
    frequency: FloatArray
    profile: IntArray
    standard: Standard
    scale: float

    @property
    def total(self) -> float:
        return float(self.weight.sum())

    @property
    def purchases(self) -> float:
        return float(self.weight @ self.frequency[self.pair])

    def per_pair(self, values: FloatArray) -> FloatArray:
        """Weighted sum of a value per row, for each pair."""
        sums = np.bincount(self.pair, weights=self.weight * values, minlength=len(self.frequency))
        return sums.astype(np.float64, copy=False)

    def per_profile(self, values: FloatArray) -> FloatArray:
        """Sum of a value per pair, for each profile."""
        sums = np.bincount(self.profile, weights=values, minlength=len(self.standard.columns))
        return sums.astype(np.float64, copy=False)

    def thinned(self, rows: int) -> Profiled:
        """About `rows` of the rows at equal steps: enough to start a search near its end."""
        kept = slice(None, None, max(1, len(self.age) // rows))
        pairs, pair = np.unique(self.pair[kept], return_inverse=True)
        profiles, profile = np.unique(self.profile[pairs], return_inverse=True)
        return replace(
            self,
            recency=self.recency[kept],
            age=self.age[kept],
            weight=self.weight[kept],
            pair=pair,
            frequency=self.frequency[pairs],
            profile=profile,
            standard=replace(self.standard, columns=self.standard.columns[profiles]),
        )


def observe_profiles(
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
    weights: npt.ArrayLike | None,
    values: FloatArray,
    names: tuple[str, ...],
) -> Profiled:
    """Check the histories, refuse those that cannot carry an estimate, standardise columns and collapse equal rows.

    values: what is known of each customer, shape (n, columns); names: of the columns, for errors.
    """
    x, last, old = (np.atleast_1d(part).ravel() for part in checked_histories(frequency, recency, age))
    weight = checked_weights(weights, x.size)
    require_enough(x, old, weight)
    counts = weight > 0
    x, last, old, weight = x[counts], last[counts], old[counts], weight[counts]
    profile, distinct = _profiles(values[counts])
    standard = standardise(distinct, np.bincount(profile, weights=weight).astype(np.float64), names)
    order = np.lexsort((old, last, x, profile))
    profile = profile[order]
    x, last, old, weight = (part[order] for part in (x, last, old, weight))
    new_pair = _changes(profile, x)
    starts = np.flatnonzero(new_pair | _changes(last, old))
    pair = np.cumsum(new_pair)[starts] - 1
    weight = np.add.reduceat(weight, starts)
    scale = float((weight @ old[starts]) / weight.sum())
    return Profiled(
        last[starts] / scale, old[starts] / scale, weight, pair, x[new_pair], profile[new_pair], standard, scale
    )


def _changes(*columns: FloatArray | IntArray) -> npt.NDArray[np.bool_]:
    """True where a row differs from the one before it in any column, and in the first row."""
    new = np.zeros(columns[0].size, dtype=np.bool_)
    new[:1] = True
    for column in columns:
        new[1:] |= np.diff(column) != 0
    return new


def _profiles(values: FloatArray) -> tuple[IntArray, FloatArray]:
    """The profile of each row, and the distinct profiles in the order of their values."""
    code = np.zeros(len(values), dtype=np.int64)
    for column in values.T:
        distinct, place = np.unique(column, return_inverse=True)
        _, code = np.unique(code * len(distinct) + place, return_inverse=True)
    first = np.zeros(int(code.max(initial=0)) + 1, dtype=np.int64)
    first[code] = np.arange(len(code))
    return code, values[first]
