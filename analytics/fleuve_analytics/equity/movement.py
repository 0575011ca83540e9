"""What changed the value of a base of customers from one date to the next, line by line, with no line left over."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidHistory

__all__ = ["LINES_OF_MOVEMENT", "MovementStatement", "movement_statement"]

LINES_OF_MOVEMENT = ("new", "already_there", "won_back", "grown", "shrunk", "lost", "method")
Amount = Any  # an int for integers, a float for floats, a Decimal for decimals: what came in


@dataclass(frozen=True)
class MovementStatement:
    """opening + new + already_there + won_back + grown + shrunk + lost + method = closing.

    Shrunk and lost are usually negative. `counts` has the number of customers behind each line. Integers come back as
    integers and add up exactly; decimals too; floats add up to the rounding of one sum.
    """

    opening: Amount
    new: Amount
    already_there: Amount
    won_back: Amount
    grown: Amount
    shrunk: Amount
    lost: Amount
    method: Amount
    closing: Amount
    counts: dict[str, int]

    @property
    def missing(self) -> Amount:
        """What the lines leave unexplained: exactly nothing for integers and decimals."""
        return self.closing - self.opening - sum(getattr(self, line) for line in LINES_OF_MOVEMENT)


def movement_statement(
    before: npt.ArrayLike,
    same_parameters: npt.ArrayLike,
    after: npt.ArrayLike,
    *,
    is_first_seen: npt.ArrayLike,
    was_lost: npt.ArrayLike,
    is_lost: npt.ArrayLike,
    was_already_there: npt.ArrayLike | None = None,
) -> MovementStatement:
    """Split the change of a portfolio's value: behaviour of each customer on one line, change of parameters on another.

    One row per customer known at the closing, shape (n,); give money as integers of the smallest unit to have it exact.
    before: value at the opening, as stated then (0 for the new ones). same_parameters: value at the closing with the
    parameters of the opening. after: value at the closing with its own parameters.
    is_first_seen: not known at the opening. was_already_there: first seen, but a customer since before the history
    starts. was_lost, is_lost: counted as lost at the opening, at the closing.

    new, already_there: of those first seen. won_back: was lost and is no longer. lost: is lost and was not. grown,
    shrunk: all others by the sign of their change. method: after − same_parameters, over everybody.

    Raises `InvalidHistory` (lengths_differ, not_finite, not_boolean).

    >>> statement = movement_statement(
    ...     [0, 40, 10_000, 8_000, 300], [5_000, 3_000, 12_500, 6_200, 60], [5_100, 3_050, 12_400, 6_150, 60],
    ...     is_first_seen=[1, 0, 0, 0, 0], was_lost=[0, 1, 0, 0, 0], is_lost=[0, 0, 0, 0, 1])
    >>> statement.new, statement.won_back, statement.grown, statement.shrunk, statement.lost, statement.method
    (5000, 2960, 2500, -1800, -240, 0)
    >>> statement.opening, statement.closing, statement.missing
    (18340, 26760, 0)
    """
    first, lost_then, lost_now = (_flags(part) for part in (is_first_seen, was_lost, is_lost))
    there = np.zeros(first.shape, dtype=bool) if was_already_there is None else _flags(was_already_there)
    old, same, new = (_amounts(part) for part in (before, same_parameters, after))
    if len({part.shape for part in (first, lost_then, lost_now, there, old, same, new)}) > 1:
        raise InvalidHistory("Give one value of each for every customer.", code="lengths_differ")
    behaviour, method = same - old, new - same
    rows = _rows(first, there, lost_then, lost_now, behaviour)
    return MovementStatement(
        opening=_sum(old),
        **{line: _sum(behaviour[some]) for line, some in rows.items()},
        method=_sum(method),
        closing=_sum(new),
        counts={line: int(some.sum()) for line, some in rows.items()} | {"method": int((method != 0).sum())},
    )


def _rows(
    first: npt.NDArray[np.bool_],
    there: npt.NDArray[np.bool_],
    lost_then: npt.NDArray[np.bool_],
    lost_now: npt.NDArray[np.bool_],
    behaviour: npt.NDArray[Any],
) -> dict[str, npt.NDArray[np.bool_]]:
    """Rows of each line; no customer is on two, none with a change on no line."""
    won_back, lost = ~first & lost_then & ~lost_now, ~first & ~lost_then & lost_now
    rest = ~(first | won_back | lost)
    return {
        "new": first & ~there,
        "already_there": first & there,
        "won_back": won_back,
        "grown": rest & (behaviour > 0).astype(bool),
        "shrunk": rest & (behaviour < 0).astype(bool),
        "lost": lost,
    }


def _amounts(values: npt.ArrayLike) -> npt.NDArray[Any]:
    """Integers that could overflow in a sum become Python's own, which cannot; decimals stay as they are."""
    money = np.atleast_1d(np.asarray(values))
    if money.dtype.kind in "iu":
        room = 2**61 // max(money.size, 1)
        small = money.size == 0 or (int(money.max()) < room and int(money.min()) > -room)
        return money.astype(np.int64) if small else money.astype(object)
    if money.dtype.kind == "O" and all(math.isfinite(value) for value in money.ravel()):
        return money
    money = money.astype(np.float64)
    if not np.isfinite(money).all():
        raise InvalidHistory("A value is missing or infinite. Value every customer first.", code="not_finite")
    return money


def _flags(values: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    flags = np.atleast_1d(np.asarray(values))
    if not ((flags == 0) | (flags == 1)).all():
        raise InvalidHistory("Whether a customer is new or lost is true or false.", code="not_boolean")
    return np.asarray(flags == 1, dtype=np.bool_)


def _sum(values: npt.NDArray[Any]) -> Amount:
    if values.dtype.kind == "f":
        return math.fsum(values.tolist())
    return sum(values.tolist()) if values.dtype.kind == "O" else int(values.sum())
