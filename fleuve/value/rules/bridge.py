"""The bridge between month-ends (docs/rules/bridge.md): every line from per-customer differences, no plug."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["LINES", "Bridge", "Change", "bridge_of"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
LINES = ("new", "already_there", "won_back", "grown", "shrunk", "lost", "method")


@dataclass(frozen=True)
class Change:
    """One row per customer known at the end of the month, in integer minor units.

    ``before``: value at the last month-end, as published. ``same_method``: value of this month's purchases with last
    month's parameters. ``after``: value of this month's purchases with this month's parameters.
    """

    before: IntArray
    same_method: IntArray
    after: IntArray
    is_first_seen: BoolArray
    was_already_there: BoolArray
    was_lost: BoolArray
    is_lost: BoolArray


@dataclass(frozen=True)
class Bridge:
    """The lines in minor units (shrunk and lost are usually negative) and how many customers are in each."""

    opening: int
    new: int
    already_there: int
    won_back: int
    grown: int
    shrunk: int
    lost: int
    method: int
    closing: int
    counts: dict[str, int]


def bridge_of(change: Change) -> Bridge:
    """Split the change of each customer into exactly one line of behaviour, plus the change of parameters of all."""
    behaviour = change.same_method - change.before
    lines = _lines_of(change, behaviour)
    sums = {name: int(behaviour[rows].sum()) for name, rows in lines.items()}
    counts = {name: int(rows.sum()) for name, rows in lines.items()}
    method = change.after - change.same_method
    return Bridge(
        opening=int(change.before.sum()),
        **sums,
        method=int(method.sum()),
        closing=int(change.after.sum()),
        counts=counts | {"method": int((method != 0).sum())},
    )


def _lines_of(change: Change, behaviour: IntArray) -> dict[str, BoolArray]:
    """Rows of each line; the lines share no customer and leave none with a change out."""
    first = change.is_first_seen
    new, already_there = first & ~change.was_already_there, first & change.was_already_there
    won_back = ~first & change.was_lost & ~change.is_lost
    lost = ~first & ~change.was_lost & change.is_lost
    rest = ~(first | won_back | lost)
    return {
        "new": new,
        "already_there": already_there,
        "won_back": won_back,
        "grown": rest & (behaviour > 0),
        "shrunk": rest & (behaviour < 0),
        "lost": lost,
    }
