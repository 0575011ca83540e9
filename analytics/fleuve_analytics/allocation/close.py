"""Closing a gap by branch and bound over everybody who could still matter."""

from __future__ import annotations

from fleuve_analytics.allocation.boundary import margins, search, worth_looking_at
from fleuve_analytics.allocation.draft import Draft
from fleuve_analytics.allocation.limits import Totals
from fleuve_analytics.allocation.people import People
from fleuve_analytics.allocation.prices import Task
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["MOST_CONTACTS", "close_gap"]

# Contacts in one search: beyond, branch and bound rarely ends.
MOST_CONTACTS = {"auto": 2_000, "exact": 200_000}
NODES = 100


def close_gap(
    task: Task, draft: Draft, prices: FloatArray, *, value: float, bound: float, goal: float, method: str
) -> float:
    """Search for a better plan and write it; returns a bound on every plan's value, at most the one given.

    Whoever would lose more than bound − value by any other choice makes the same choice in every better plan (reduced
    costs), and is left out of the search.
    """
    width = (bound - value) * (1 + 1e-9)
    matter, settled = _who_matters(task, draft, prices, width)
    net = matter.net(task.own, *task.limits.charges(prices))
    pairs = worth_looking_at(net, task.per_person, width)
    if len(pairs[0]) > MOST_CONTACTS[method]:
        if method == "auto":
            return bound
        raise InvalidSetting(
            f"An exact plan would search {len(pairs[0]):,} contacts; at most {MOST_CONTACTS[method]:,} can be. Use "
            f"method='auto': its plan is within {width / abs(bound):.1e} of the best.",
            code="method",
        )
    found = search(
        matter,
        pairs,
        task.limits.after(settled),
        task.own,
        task.per_person,
        nodes=NODES if method == "auto" else None,
        slack=0.5 * goal * abs(bound) if method == "auto" else 0.0,
    )
    if found is None:
        return bound
    constant = float((settled.value - task.own * settled.cost).sum())
    made = matter.totals(found.option, found.person)
    if constant + float((made.value - task.own * made.cost).sum()) > value:
        draft.write(matter, found.option, found.person)
    return min(bound, max(value, constant + found.bound))


def _who_matters(task: Task, draft: Draft, prices: FloatArray, width: float) -> tuple[People, Totals]:
    charges = task.limits.charges(prices)
    kept, settled = [], Totals.none(task.limits.per_contact.shape[1])
    for part in task.people():
        margin, _ = margins(part.net(task.own, *charges), task.per_person)
        matters = margin <= width
        kept.append(part[matters])
        settled = settled + draft.totals(part[~matters])
    return People.together(kept), settled
