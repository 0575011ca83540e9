"""Closing a gap by branch and bound over everybody who could still matter, or over the best candidates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fleuve_analytics.allocation.boundary import Pairs, margins, search, worth_looking_at
from fleuve_analytics.allocation.candidates import Candidates, candidates
from fleuve_analytics.allocation.draft import Draft
from fleuve_analytics.allocation.limits import Limits, Totals
from fleuve_analytics.allocation.people import People
from fleuve_analytics.allocation.prices import Task
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["MOST_CONTACTS", "close_gap"]

# Contacts in one search: beyond, branch and bound rarely ends.
MOST_CONTACTS = {"auto": 2_000, "exact": 200_000}
# Nodes of a search among those who matter, and among candidates, whose programme is smaller: a second at most.
NODES, NODES_OF_FEW = 100, 2_000


def close_gap(
    task: Task, draft: Draft, prices: FloatArray, *, value: float, bound: float, goal: float, method: str
) -> float:
    """Search for a better plan and write it; returns a bound on every plan's value, at most the one given.

    Where few contacts fit in all, the best candidates of each option are searched. Otherwise, whoever would lose more
    than bound − value by any other choice makes the same choice in every better plan (reduced costs), and is left out.
    """
    width = (bound - value) * (1 + 1e-9)
    leading = candidates(task, MOST_CONTACTS["auto"])
    if leading is None:
        narrow = _everybody_who_matters(task, draft, prices, width, method)
    else:
        narrow = _best_candidates(task, leading, prices, width)
    if narrow is None:
        return bound
    auto = method == "auto"
    found = search(
        narrow.people,
        narrow.pairs,
        narrow.limits,
        task.own,
        task.per_person,
        nodes=(NODES if leading is None else NODES_OF_FEW) if auto else None,
        slack=0.5 * goal * abs(bound) if auto else 0.0,
    )
    if found is None:
        return bound
    made = narrow.people.totals(found.option, found.person)
    if narrow.constant + float((made.value - task.own * made.cost).sum()) > value:
        if leading is not None:
            draft.choice[:] = -1
        draft.write(narrow.people, found.option, found.person)
    return min(bound, max(value, narrow.constant + found.bound))


@dataclass(frozen=True)
class _Narrowed:
    """The people and contacts left to search, what others leave of the limits, and what those others bring."""

    people: People
    pairs: Pairs
    limits: Limits
    constant: float


def _best_candidates(task: Task, leading: Candidates, prices: FloatArray, width: float) -> _Narrowed:
    """The candidates, without the contacts that cost more than the gap; nobody else is contacted."""
    net = leading.people.net(task.own, *task.limits.charges(prices))
    option, person = leading.pairs
    worth_it = net[option, person] >= margins(net, task.per_person)[1][person] - width
    return _Narrowed(leading.people, (option[worth_it], person[worth_it]), task.limits, 0.0)


def _everybody_who_matters(task: Task, draft: Draft, prices: FloatArray, width: float, method: str) -> _Narrowed | None:
    """Everybody whose choice could differ in a better plan; None when that is too many to search by the way."""
    most = MOST_CONTACTS[method]
    found = _who_matters(task, draft, prices, width, most if method == "auto" else np.inf)
    if found is None:
        return None
    matter, settled = found
    pairs = worth_looking_at(matter.net(task.own, *task.limits.charges(prices)), task.per_person, width)
    if len(pairs[0]) <= most:
        constant = float((settled.value - task.own * settled.cost).sum())
        return _Narrowed(matter, pairs, task.limits.after(settled), constant)
    if method == "auto":
        return None
    raise InvalidSetting(
        f"An exact plan would search {len(pairs[0]):,} contacts; at most {most:,} can be. Use method='auto': its plan "
        f"lacks {width:,.6g} at most.",
        code="method",
    )


def _who_matters(
    task: Task, draft: Draft, prices: FloatArray, width: float, most: float
) -> tuple[People, Totals] | None:
    charges = task.limits.charges(prices)
    kept, settled, size = [], Totals.none(task.limits.per_contact.shape[1]), 0
    for part in task.people():
        margin, _ = margins(part.net(task.own, *charges), task.per_person)
        matters = margin <= width
        kept.append(part[matters])
        settled = settled + draft.totals(part[~matters])
        size += len(kept[-1])
        if size > most:  # each has a contact to search at least
            return None
    return People.together(kept), settled
