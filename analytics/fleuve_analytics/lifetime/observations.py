"""What a lifetime model sees: checked, collapsed rows of (frequency, recency, age)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import EllipsisType

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidHistory, NotEnoughData
from fleuve_analytics.numerics import FloatArray, IntArray
from fleuve_analytics.weights import checked_weights

__all__ = ["Observations", "checked_histories", "observe", "refuse", "require_enough", "shared_rows"]

# Four parameters from fewer than ten people who came back would be a guess with decimals.
LEAST_REPEAT_BUYERS = 10


@dataclass(frozen=True)
class Observations:
    """Distinct customer histories with how many customers share each.

    Time is divided by `scale` (the mean age), which puts every parameter near one whatever the unit of the caller.
    `group[i]` is the place of row i's frequency in `frequencies`: functions of the frequency alone, which are the
    costly ones, are computed once per distinct frequency.
    """

    recency: FloatArray
    age: FloatArray
    weight: FloatArray
    frequencies: FloatArray
    group: IntArray
    scale: float

    @property
    def frequency(self) -> FloatArray:
        return self.frequencies[self.group]

    @cached_property
    def total(self) -> float:
        return float(self.weight.sum())

    @cached_property
    def counts(self) -> FloatArray:
        """How many customers have each distinct frequency."""
        return self.per_frequency(np.ones(len(self.age)))

    @property
    def purchases(self) -> float:
        return float(self.weight @ self.frequency)

    def per_frequency(self, values: FloatArray) -> FloatArray:
        """Weighted sum of a value per row, for each distinct frequency."""
        sums = np.bincount(self.group, weights=self.weight * values, minlength=len(self.frequencies))
        return sums.astype(np.float64, copy=False)

    def thinned(self, rows: int) -> Observations:
        """About `rows` of the rows at equal steps: enough to start a search near its end."""
        step = max(1, len(self.age) // rows)
        kept = slice(None, None, step)
        return Observations(
            self.recency[kept], self.age[kept], self.weight[kept], self.frequencies, self.group[kept], self.scale
        )


def checked_histories(
    frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The three arrays as floats of one shape, or `InvalidHistory` with the code of the first contradiction.

    Codes: lengths_differ, not_finite, negative, not_whole, recency_after_age, repeat_without_recency,
    recency_without_repeat.
    """
    x, seen, old = (np.asarray(part, dtype=np.float64) for part in (frequency, recency, age))
    try:
        x, seen, old = np.broadcast_arrays(x, seen, old)
    except ValueError:
        raise InvalidHistory(
            f"Frequency, recency and age have {x.size}, {seen.size} and {old.size} values. Give one of each per "
            "customer.",
            code="lengths_differ",
        ) from None
    faults = {
        "not_finite": (~(np.isfinite(x) & np.isfinite(seen) & np.isfinite(old)), "has a missing or infinite figure"),
        "negative": ((x < 0) | (seen < 0) | (old < 0), "has a negative figure"),
        "not_whole": (x != np.floor(x), "has a number of repeat purchases that is not whole"),
        "recency_after_age": (seen > old * (1 + 1e-12), "bought after the end of the observation"),
        "repeat_without_recency": ((x > 0) & (seen == 0), "came back at no later time than the first purchase"),
        "recency_without_repeat": ((x == 0) & (seen > 0), "has a last repeat purchase but no repeat purchase"),
    }
    for code, (wrong, words) in faults.items():
        if wrong.any():
            refuse(code, words, np.flatnonzero(wrong))
    return x, seen, old


def refuse(code: str, words: str, rows: IntArray) -> None:
    """Raise `InvalidHistory` that names the first of the rows, and says how many others there are."""
    others = f" (and {rows.size - 1} others)" if rows.size > 1 else ""
    raise InvalidHistory(
        f"Customer in row {rows[0]}{others} {words}. Build the figures with purchase_table, or leave those rows out.",
        code=code,
        rows=tuple(int(row) for row in rows[:10]),
        count=int(rows.size),
    )


def observe(
    frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike, weights: npt.ArrayLike | None
) -> Observations:
    """Check the histories, refuse those that cannot carry an estimate, and collapse equal rows."""
    x, seen, old = (np.atleast_1d(part).ravel() for part in checked_histories(frequency, recency, age))
    weight = checked_weights(weights, x.size)
    require_enough(x, old, weight)
    x, seen, old, weight = _collapse(x, seen, old, weight)
    scale = float((weight @ old) / weight.sum())
    # Rows come sorted by frequency.
    new = np.diff(x, prepend=-1.0) > 0
    frequencies, group = x[new], np.cumsum(new) - 1
    return Observations(seen / scale, old / scale, weight, frequencies, group, scale)


def require_enough(x: FloatArray, age: FloatArray, weight: FloatArray) -> None:
    """Raise `NotEnoughData` unless enough people came back to learn from."""
    if not weight.sum() > 0:
        raise NotEnoughData("There is no customer to learn from. Load purchases first.", code="empty")
    repeaters = float(weight[x > 0].sum())
    if repeaters == 0:
        raise NotEnoughData(
            "Nobody bought twice, so nothing tells how often people return. Use a longer history.",
            code="one_time_buyers_only",
            customers=float(weight.sum()),
        )
    if repeaters < LEAST_REPEAT_BUYERS:
        raise NotEnoughData(
            f"Only {repeaters:g} customers came back; at least {LEAST_REPEAT_BUYERS} are needed. Use a longer history, "
            "or fit several groups together.",
            code="few_repeat_buyers",
            repeat_buyers=repeaters,
            needed=LEAST_REPEAT_BUYERS,
        )


# Lengths of time that purchase tables are made of: the day, and the day told in weeks, months and years.
DAYS_IN_UNIT = (1.0, 7.0, 365.25 / 12, 365.25)
# A division by seven and the way back leave 1e-11 of a day at an age of a hundred thousand days.
WHOLE = 1e-9


def _collapse(
    x: FloatArray, recency: FloatArray, age: FloatArray, weight: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Equal rows become one row with the sum of their weights; the order of the input no longer matters.

    Histories told in whole days fit into one integer each, which sorts thirty times faster than three columns (9 ms
    against .28 s for a million rows in November 2026).
    """
    packed = _packed(x, recency, age)
    if packed is None:
        order = np.lexsort((age, recency, x))
        x, recency, age = x[order], recency[order], age[order]
        new = np.ones(x.size, dtype=bool)
        new[1:] = (np.diff(x) != 0) | (np.diff(recency) != 0) | (np.diff(age) != 0)
        starts = np.flatnonzero(new)
        return x[starts], recency[starts], age[starts], np.add.reduceat(weight[order], starts)
    key, places, unit = packed
    if (weight == weight[0]).all():
        key = np.sort(key)
        starts = np.flatnonzero(np.diff(key, prepend=-1))
        total = np.diff(starts, append=key.size) * weight[0]
    else:
        order = np.argsort(key, kind="stable")
        key = key[order]
        starts = np.flatnonzero(np.diff(key, prepend=-1))
        total = np.add.reduceat(weight[order], starts)
    both, last = np.divmod(key[starts], places)
    count, old = np.divmod(both, places)
    return count.astype(np.float64), last / unit, old / unit, total


def shared_rows(x: FloatArray, age: FloatArray) -> tuple[FloatArray, FloatArray, IntArray | EllipsisType]:
    """Distinct pairs of frequency and age, and which of them each customer has.

    What does not depend on recency is computed once a pair: 44,000 for a million customers of two years. Times that are
    no whole days hardly ever coincide, and all rows are then returned as they are.
    """
    packed = _packed(x, np.zeros(1), age) if x.ndim == 1 and x.size > 1 else None
    if packed is None:
        return x, age, ...
    _, first, place = np.unique(packed[0], return_index=True, return_inverse=True)
    return x[first], age[first], place


def _packed(x: FloatArray, recency: FloatArray, age: FloatArray) -> tuple[IntArray, int, float] | None:
    """Each history as one integer, with the number of places of a time in it; None unless all are told in days."""
    for unit in DAYS_IN_UNIT:
        if not (_whole(age[:1000] * unit) and _whole(recency[:1000] * unit)):
            continue
        old, last = age * unit, recency * unit
        places = int(old.max()) + 2
        if (x.max() + 1) * places**2 < 2**62 and _whole(old) and _whole(last):
            whole = (np.rint(part).astype(np.int64) for part in (x, old, last))
            count, days, days_last = whole
            return (count * places + days) * places + days_last, places, unit
    return None


def _whole(values: FloatArray) -> bool:
    return bool((np.abs(values - np.rint(values)) < WHOLE).all())
