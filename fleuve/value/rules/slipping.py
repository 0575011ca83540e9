"""Whom to call first (docs/rules/slipping.md): silence unusual for *this* customer, ordered by money at stake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from fleuve.value.rules.honesty import ListJudgement

__all__ = [
    "CALL_WINDOW_DAYS",
    "FIRST",
    "MOST_LISTED",
    "Outcome",
    "at_stake",
    "judge",
    "naive_list",
    "outcome_of",
    "own_rhythm_list",
]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
# A call is made to bring back a purchase within a quarter; lists are judged over the same time.
CALL_WINDOW_DAYS: Final = 91
# As many as one person calls in a week.
FIRST: Final = 20
# The list to call keeps so many, the most money first: beyond them nobody would ever get to. Everybody else who slips
# is found in the list of customers.
MOST_LISTED: Final = 2_000


def at_stake(money_12: npt.ArrayLike, chance_back: npt.ArrayLike) -> IntArray:
    """Money of twelve months times the chance that the customer does not come back within the call window."""
    money = np.maximum(np.asarray(money_12, dtype=np.float64), 0)
    stake: IntArray = np.rint(money * (1 - np.asarray(chance_back))).astype(np.int64)
    return stake


def own_rhythm_list(is_slipping: BoolArray, stake: IntArray) -> npt.NDArray[np.intp]:
    """Rows of the slipping customers, most money at stake first."""
    rows = np.flatnonzero(is_slipping)
    return rows[np.argsort(-stake[rows], kind="stable")]


def naive_list(
    candidates: BoolArray, silent: IntArray, money_12: IntArray, length: int
) -> tuple[npt.NDArray[np.intp], int]:
    """The rule that anybody can apply: the ``length`` longest silences, most money first; and its number of days."""
    rows = np.flatnonzero(candidates)
    rows = rows[np.lexsort((-money_12[rows], -silent[rows]))][:length]
    days = int(silent[rows].min()) if rows.size else 0
    return rows[np.argsort(-money_12[rows], kind="stable")], days


@dataclass(frozen=True)
class Outcome:
    """What followed each customer: whether they fell below half of their pace, and the money that did not come."""

    is_fallen: BoolArray
    missing: IntArray


def outcome_of(money_12: IntArray, age_days: IntArray, came: IntArray, window_days: int, least_age: float) -> Outcome:
    """Compare a window with the customer's pace before it: money of twelve months over the time known (at most a year).

    ``least_age``: days below which a pace is not taken seriously (two usual gaps of the house).
    """
    known = np.clip(age_days, least_age, 365)
    pace = money_12 / known * window_days
    missing = np.maximum(pace - came, 0)
    return Outcome(np.asarray(came < pace / 2), np.rint(missing).astype(np.int64))


def judge(rows: npt.NDArray[np.intp], outcome: Outcome) -> ListJudgement:
    """How often a list was right and the money that it caught, whole and for its first twenty."""
    first = rows[:FIRST]

    def of(part: npt.NDArray[np.intp]) -> tuple[int, int, int]:
        fallen = outcome.is_fallen[part]
        return int(part.size), int(fallen.sum()), int(outcome.missing[part][fallen].sum())

    return ListJudgement(*of(rows), *of(first))
