"""The few people at the boundary: an exact linear programme shares them out, a small whole-number search ends it.

Once prices are near their best, nearly everybody's choice is certain. Who is nearly indifferent decides whether limits
are used to the last euro. A linear programme over the nearest of them gives exact prices and leaves at most one person
a limit divided between options (a basic solution of a programme with so many rows that bind people together); those,
and a few more, are settled by branch and bound. Both by HiGHS, through scipy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fleuve_analytics.allocation.limits import Limits
from fleuve_analytics.allocation.people import People
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["Found", "Sharing", "margins", "nearest_change", "search", "share_out", "worth_looking_at"]

Pairs = tuple[IntArray, IntArray]
# The solver's tolerances are absolute, near 1e-7: money is counted so that they mean 1e-10 of the largest contact.
UNIT = 1e3


@dataclass(frozen=True)
class Sharing:
    """Contacts and how much of each is made (0 to 1), their value, the prices, and what passes the limits."""

    option: IntArray
    person: IntArray
    share: FloatArray
    value: float
    prices: FloatArray
    excess: float


@dataclass(frozen=True)
class Found:
    """Contacts found by branch and bound, and a value that no other choice exceeds."""

    option: IntArray
    person: IntArray
    bound: float


def margins(net: FloatArray, per_person: int) -> tuple[FloatArray, FloatArray]:
    """How little must change for a person to choose otherwise, and the net worth that a contact must exceed."""
    last = min(per_person, len(net))
    ordered = np.sort(net, axis=0)[::-1]
    weakest = ordered[last - 1]
    strongest_out = ordered[last] if last < len(net) else np.full(net.shape[1], -np.inf)
    full = weakest > 0
    finite = np.where(np.isfinite(net), np.abs(net), np.inf).min(axis=0)
    bar = np.maximum(strongest_out, 0.0)
    return np.where(full, weakest - bar, finite), np.where(full, weakest, 0.0)


def nearest_change(net: FloatArray, per_person: int) -> IntArray:
    """Which change is nearest for each person, as a number: the option given up and the one taken up, or none."""
    last, options = min(per_person, len(net)), len(net)
    order = np.argsort(-net, axis=0, kind="stable")
    given_up = order[last - 1]
    places = np.arange(net.shape[1])
    taken_up = order[last] if last < options else np.full(net.shape[1], options)
    pays = net[taken_up, places] > 0 if last < options else np.zeros(net.shape[1], dtype=np.bool_)
    exchange = given_up * (options + 1) + np.where(pays, taken_up, options)
    alone = np.abs(np.where(np.isfinite(net), net, np.inf)).argmin(axis=0) * (options + 1) + options
    return np.asarray(np.where(net[given_up, places] > 0, exchange, alone))


def worth_looking_at(net: FloatArray, per_person: int, width: float) -> Pairs:
    """The contacts that could be made if prices moved by so little that no net worth changes by more than `width`."""
    bar = margins(net, per_person)[1]
    person, option = np.nonzero(((net >= bar - width) & np.isfinite(net)).T)
    return option, person


def share_out(
    few: People, pairs: Pairs, limits: Limits, own: float, per_person: int, fine: FloatArray | None
) -> Sharing | None:
    """Solve the linear programme; None when the limits cannot be kept.

    fine: what a unit beyond each limit costs, when limits may be passed at that price.
    """
    from scipy.optimize import linprog

    if not len(pairs[0]):
        kept = (limits.most + limits.leeway >= 0).all()
        return Sharing(*pairs, np.zeros(0), 0.0, np.zeros(len(limits.most)), 0.0) if kept else None
    gain, unit = _gains(few, pairs, own)
    rows, most, factor = _rows(few, pairs, limits, per_person)
    upper = np.ones(len(gain))
    if fine is not None:
        from scipy.sparse import csr_array, hstack

        count = len(factor)
        rows = hstack(
            [rows, -csr_array((np.ones(count), (np.arange(count), np.arange(count))), (rows.shape[0], count))]
        )
        gain, upper = np.r_[gain, -fine / factor / unit], np.r_[upper, np.full(count, np.inf)]
    found = linprog(-gain, A_ub=rows, b_ub=most, bounds=np.c_[np.zeros(len(upper)), upper], method="highs-ds")
    if found.x is None:
        return None
    size = len(pairs[0])
    prices = np.maximum(-found.ineqlin.marginals[: len(factor)], 0) * factor * unit
    value = float(found.x[:size] @ gain[:size]) * unit
    return Sharing(*pairs, found.x[:size], value, prices, float(found.x[size:].sum()))


def search(
    few: People, pairs: Pairs, limits: Limits, own: float, per_person: int, *, nodes: int | None, slack: float
) -> Found | None:
    """Choose whole contacts by branch and bound, to within `slack` of the best; None when none were found in `nodes`.

    The solver accepts a limit passed by its tolerance; the answer is then sought again under a limit as much lower.
    """
    if not len(pairs[0]):
        return Found(*pairs, 0.0) if (limits.most + limits.leeway >= 0).all() else None
    gain, unit = _gains(few, pairs, own)
    rows, most, factor = _rows(few, pairs, limits, per_person)
    bound = None
    for _ in range(4):
        found = _solve(gain, rows, most, nodes, slack / unit)
        if found is None or found.x is None:
            return None
        # What the solver may have missed: its tolerance on every contact that could be made.
        missed = 1e-7 * min(len(gain), per_person * len(few)) * unit
        bound = -found.mip_dual_bound * unit + missed if bound is None else bound
        made = np.flatnonzero(found.x > 0.5)
        option, person = pairs[0][made], pairs[1][made]
        over = limits.used(few.totals(option, person)) - limits.most
        if (over <= limits.leeway).all():
            return Found(option, person, bound)
        most = most - np.r_[2 * np.maximum(over, 0) * factor, np.zeros(len(most) - len(factor))]
    return None


def _solve(gain: FloatArray, rows: Any, most: FloatArray, nodes: int | None, slack: float) -> Any:
    from scipy.optimize import Bounds, LinearConstraint, milp

    total = float(np.maximum(gain, 0).sum())
    close = min(0.01, slack / total) if total > 0 else 0.0
    return milp(
        -gain,
        constraints=LinearConstraint(rows, -np.inf, most),
        integrality=np.ones(len(gain), dtype=np.int64),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": close} if nodes is None else {"mip_rel_gap": close, "node_limit": nodes},
    )


def _gains(few: People, pairs: Pairs, own: float) -> tuple[FloatArray, float]:
    """Net worth of each contact in the solver's unit of money, and that unit."""
    gain = few.worth[pairs] - own * few.cost_of(*pairs)
    unit = float(np.abs(gain).max(initial=0.0)) / UNIT or 1.0
    return gain / unit, unit


def _rows(few: People, pairs: Pairs, limits: Limits, per_person: int) -> tuple[Any, FloatArray, FloatArray]:
    """The limits, each scaled to a largest figure of one, above one row a person: matrix, right side, scales."""
    from scipy.sparse import csr_array, vstack

    option, person = pairs
    shared = limits.per_contact[:, option] + limits.per_money[:, option] * few.cost_of(*pairs)
    largest = np.abs(shared).max(axis=1, initial=0.0)
    factor = 1 / np.where(largest > 0, largest, 1.0)
    own_row = csr_array((np.ones(len(person)), (person, np.arange(len(person)))), (len(few), len(person)))
    room = limits.most + limits.leeway / 2
    most = np.r_[room * factor, np.full(len(few), float(per_person))]
    return vstack([csr_array(shared * factor[:, np.newaxis]), own_row]).tocsr(), most, factor
