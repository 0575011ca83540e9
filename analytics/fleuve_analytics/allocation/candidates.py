"""Who can be in a best plan where few contacts fit in all.

When limits allow at most m contacts and an option costs the same for everybody, some best plan uses each option only
for the m people to whom it is worth most: were it used for somebody else, one of those m would have no contact at all,
and could have this one, for the same cost and no less value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.allocation.boundary import Pairs
from fleuve_analytics.allocation.limits import Limits
from fleuve_analytics.allocation.people import People
from fleuve_analytics.allocation.prices import Task
from fleuve_analytics.numerics import FloatArray

__all__ = ["Candidates", "candidates", "most_contacts"]


@dataclass(frozen=True)
class Candidates:
    """The people who can be in a best plan, and the contacts that can be made with them."""

    people: People
    pairs: Pairs


def candidates(task: Task, most_pairs: int) -> Candidates | None:
    """The candidates of every option; None when costs differ between people or more than `most_pairs` could be made."""
    kept: People | None = None
    size = 0
    for part in task.people():
        if part.cost.shape[1] > 1:
            return None
        if kept is None:
            fits = most_contacts(task.limits, part.cost[:, 0])
            if not fits * len(part.worth) <= most_pairs:
                return None
            size = int(fits)
        together = part if kept is None else People.together([kept, part])
        kept = together[_leading(together.worth, size).any(axis=0)]
    if kept is None:
        return None
    person, option = np.nonzero(_leading(kept.worth, size).T)
    return Candidates(kept, (option, person))


def most_contacts(limits: Limits, cost: FloatArray) -> float:
    """How many contacts at these costs the limits allow at most; infinite when they do not say."""
    from scipy.optimize import linprog

    if not len(limits.most):
        return np.inf
    uses = limits.per_contact + limits.per_money * cost
    unit = np.maximum(np.abs(uses).max(axis=1), 1e-300)
    found = linprog(-np.ones(len(cost)), A_ub=uses / unit[:, np.newaxis], b_ub=(limits.most + limits.leeway) / unit)
    # The solver's tolerance: one too many costs nothing, one too few would lose the proof.
    return np.inf if found.fun is None else float(np.floor(-found.fun * (1 + 1e-6) + 1e-6))


def _leading(worth: FloatArray, size: int) -> npt.NDArray[np.bool_]:
    """The `size` eligible people of each option to whom it is worth most."""
    if size >= worth.shape[1]:
        return np.isfinite(worth)
    leading = np.zeros(worth.shape, dtype=np.bool_)
    if size:
        first = np.argpartition(-worth, size - 1, axis=1)[:, :size]
        np.put_along_axis(leading, first, True, axis=1)
    return leading & np.isfinite(worth)
