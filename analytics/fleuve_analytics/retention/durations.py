"""What the contractual models see: who came to each renewal, and who was lost at it.

Every likelihood and every estimate of survival on whole periods is a sum over renewals of "so many came to it, so many
were lost at it"; customers who joined before the observation began enter the count at the age they had then. A million
contracts therefore become a table of a few dozen rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidHistory
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.weights import checked_weights

__all__ = [
    "MOST_PERIODS",
    "BoolArray",
    "Durations",
    "RiskTable",
    "checked_ages",
    "checked_durations",
    "risk_table",
    "survivors_to_durations",
]

BoolArray = npt.NDArray[np.bool_]
# Nobody renews a hundred thousand times: such a figure counts seconds, or is a date.
MOST_PERIODS = 100_000


@dataclass(frozen=True, eq=False)
class Durations:
    """Contracts as arrays of shape (n,): see `checked_durations` for their meaning."""

    duration: FloatArray
    left: BoolArray
    entry: FloatArray
    weights: FloatArray


@dataclass(frozen=True, eq=False)
class RiskTable:
    """For each renewal (age 1, 2, …): contracts that came to it and contracts lost at it; `contracts` in all."""

    age: FloatArray
    at_risk: FloatArray
    lost: FloatArray
    contracts: float

    @property
    def renewed(self) -> FloatArray:
        """Contracts that came to the renewal and renewed."""
        return self.at_risk - self.lost


def checked_durations(
    duration: npt.ArrayLike,
    left: npt.ArrayLike,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
) -> Durations:
    """The arrays in one shape, or `InvalidHistory` with the code of the first contradiction.

    duration: time as a customer until she left or was last seen. left: whether she left then. entry: time she had
    already been a customer when she came under observation, minus infinity by default: never truncated.

    Codes: lengths_differ, not_finite, negative, not_boolean, entry_after_end.
    """
    time, gone = np.atleast_1d(np.asarray(duration, dtype=np.float64)), np.atleast_1d(np.asarray(left))
    since = np.full(time.shape, -np.inf) if entry is None else np.atleast_1d(np.asarray(entry, dtype=np.float64))
    if not time.shape == gone.shape == since.shape or time.ndim != 1:
        raise InvalidHistory(
            f"Duration, left and entry have {time.size}, {gone.size} and {since.size} values. Give one of each per "
            "contract.",
            code="lengths_differ",
        )
    has_left = gone == 1
    faults = {
        "not_finite": (~np.isfinite(time) | np.isnan(since), "has a missing or infinite time"),
        "negative": ((time < 0) | (since < 0) & np.isfinite(since), "has a negative time"),
        "not_boolean": (~(has_left | (gone == 0)), "says neither that the customer left nor that she is still there"),
        "entry_after_end": (
            (since > time) | (has_left & (since >= time)),
            "was left before it came under observation. Leave it out",
        ),
    }
    for code, (rows, words) in faults.items():
        _refuse(rows, words, code)
    return Durations(time, has_left, since, checked_weights(weights, time.size))


def risk_table(seen: Durations) -> RiskTable:
    """Contracts at risk and lost, renewal by renewal; times must be whole periods.

    Codes of `InvalidHistory`: not_whole, left_at_once (left after no period at all), unit (more periods than any
    contract has).
    """
    entry = np.where(np.isfinite(seen.entry), seen.entry, 0.0)
    fractions = (seen.duration % 1 != 0) | (entry % 1 != 0)
    _refuse(fractions, "does not last a whole number of periods: count renewals", "not_whole")
    _refuse(seen.left & (seen.duration == 0), "was left after no period: the first period is paid for", "left_at_once")
    _refuse(seen.duration > MOST_PERIODS, "lasts longer than any contract: count in renewal periods", "unit")
    last, first, weight = seen.duration.astype(np.int64), entry.astype(np.int64), seen.weights
    size = int(last.max(initial=0)) + 1
    ended = np.bincount(last, weight, minlength=size)
    began = np.bincount(first, weight, minlength=size)
    lost = np.bincount(last[seen.left], weight[seen.left], minlength=size).astype(np.float64)[1:]
    # At risk at t: began before t and did not end before t.
    at_risk = np.cumsum(began)[:-1] - np.cumsum(ended)[:-1]
    # Fractional weights leave a rounding error where nobody is at risk.
    table = np.asarray(np.where(at_risk > 1e-9 * weight.sum(), np.maximum(at_risk, lost), lost), dtype=np.float64)
    # Ages that only rows without weight came to are no part of the table.
    size = int(np.flatnonzero(table > 0).max(initial=-1)) + 1
    return RiskTable(np.arange(1.0, size + 1), table[:size], lost[:size], float(weight.sum()))


def survivors_to_durations(survivors: Sequence[float] | Sequence[Sequence[float]], entry: int = 0) -> Durations:
    """Rows with weights from a table "so many were still there after 0, 1, 2, … renewals", of one or several cohorts.

    survivors: one list, or one list per cohort (their lengths may differ). entry: the age in the first column, above
    zero for cohorts whose beginning was not observed.

    Raises `InvalidHistory` (code survivors) where a number is missing, negative or larger than the one before it.

    >>> table = survivors_to_durations([1000, 631, 468])
    >>> table.duration.tolist(), table.left.tolist(), table.weights.tolist()
    ([1.0, 2.0, 2.0], [True, True, False], [369.0, 163.0, 468.0])
    """
    cohorts = _cohorts(survivors)
    rows: list[tuple[float, bool, float]] = []
    for cohort in cohorts:
        counts = np.asarray(cohort, dtype=np.float64)
        if not np.isfinite(counts).all() or (counts < 0).any() or (np.diff(counts) > 0).any():
            raise InvalidHistory(
                "A table of survivors goes down: each number is at most the one before it, and none is missing.",
                code="survivors",
            )
        lost = -np.diff(counts)
        rows += [(entry + age, True, many) for age, many in enumerate(lost.tolist(), start=1) if many > 0]
        rows += [(entry + counts.size - 1, False, float(counts[-1]))] if counts.size else []
    duration, left, many = (np.array(column) for column in zip(*rows, strict=True)) if rows else (np.empty(0),) * 3
    size = len(rows)
    return Durations(duration.astype(float), left.astype(bool), np.full(size, float(entry)), many.astype(float))


def checked_ages(age: npt.ArrayLike) -> FloatArray:
    """Numbers of renewals made so far, whole and not negative, or `InvalidHistory` (code age)."""
    old = np.asarray(age, dtype=np.float64)
    if not (np.isfinite(old) & (old >= 0) & (old % 1 == 0) & (old <= MOST_PERIODS)).all():
        raise InvalidHistory(
            "An age is the number of renewals made so far: a whole number, zero or more, in renewal periods.",
            code="age",
        )
    return old


def _cohorts(survivors: Sequence[float] | Sequence[Sequence[float]]) -> list[npt.ArrayLike]:
    if len(survivors) and np.ndim(survivors[0]) == 0:
        return [survivors]
    return list(survivors)


def _refuse(rows: BoolArray, words: str, code: str) -> None:
    if rows.any():
        first = np.flatnonzero(rows)[:10]
        raise InvalidHistory(
            f"{int(rows.sum())} contracts cannot be read; the first, row {int(first[0])}, {words}.",
            code=code,
            rows=tuple(int(row) for row in first),
        )
