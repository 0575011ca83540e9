"""A contact plan and its certificate."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from fleuve_analytics.allocation.draft import Draft
from fleuve_analytics.allocation.limits import Totals
from fleuve_analytics.allocation.prices import Task, best_contacts
from fleuve_analytics.errors import BrokenPlan
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["Certificate", "ContactPlan", "certify"]


@dataclass(frozen=True, eq=False)
class ContactPlan:
    """Who is contacted with what, what it brings, and how far from the best it can be.

    choice: the option of each person, shape (people,), −1 for none; with more than one contact a person, shape (people,
    most contacts), filled from the left.
    value: expected incremental value net of cost; cost: what all contacts cost.
    bound: no plan that keeps the limits is worth more; gap = (bound − value)/bound.
    price_bound: the bound that the shadow prices alone give; `bound` is below it when a search proved more. rounding:
    what both bounds add for the rounding of sums.
    shadow_prices: by how much the value changes per unit more of each limit, net: 0 for a limit that does not bind,
    below 0 for a least volume.
    used, limits: what the plan uses of each limit, and the limit. contacts: how many people get each option.
    """

    choice: npt.NDArray[np.signedinteger[npt.NBitBase]]
    value: float
    cost: float
    bound: float
    price_bound: float
    rounding: float
    shadow_prices: dict[str, float]
    used: dict[str, float]
    limits: dict[str, float]
    contacts: IntArray
    task: Task = field(repr=False)
    prices: FloatArray = field(repr=False)

    @property
    def gap(self) -> float:
        """The share of the best value that may be missing, at most; 0 when rounding alone stands between the two."""
        missing = self.bound - self.value
        return missing / abs(self.bound) if missing > 2 * self.rounding else 0.0

    def check(self) -> None:
        """Read everybody again and verify every limit, eligibility, contacts a person, value, cost and bound.

        Raises `BrokenPlan` that says what does not hold. The data given must still be there, unchanged.
        """
        again = certify(self.task, Draft(self.choice.reshape(len(self.choice), -1)), self.prices)
        told = [("value", self.value, again.value), ("cost", self.cost, again.cost)]
        told.append(("bound", self.price_bound, again.bound))
        for name, said, found in told:
            if not math.isclose(said, found, rel_tol=1e-12, abs_tol=again.rounding):
                raise BrokenPlan(f"The {name} is {found:,.10g}, not {said:,.10g}.", code=name)
        if self.value > self.bound + again.rounding:
            raise BrokenPlan("The value exceeds its bound.", code="bound")


@dataclass(frozen=True)
class Certificate:
    """What a plan comes to, and a bound on every plan, both from one run over everybody.

    rounding: what adding up so many figures may have cost; already in the bound.
    """

    value: float
    cost: float
    bound: float
    totals: Totals
    rounding: float


def certify(task: Task, draft: Draft, prices: FloatArray) -> Certificate:
    """Compute value, cost and bound over everybody; raise `BrokenPlan` where the plan breaks a limit.

    The bound adds what rounding may have taken from it: four units in the last place of the largest figure a contact
    adds up, for each person and each of her contacts (sums are pairwise, and exact between blocks), and the price of
    the leeway that limits are given.
    """
    rate, fee = task.limits.charges(prices)
    gains, values, costs, largest, people = [], [], [], 0.0, 0
    totals = Totals.none(len(rate))
    for part in task.people():
        option, person = _verified(task, draft, part.rows, part.worth)
        spent = part.cost_of(option, person)
        values.append(float(part.worth[option, person].sum()))
        costs.append(float(spent.sum()))
        totals = totals + part.totals(option, person)
        net = part.net(task.own, rate, fee)
        gains.append(float(best_contacts(net, task.per_person)[2].sum()))
        charge = float(np.where(np.isfinite(part.worth), part.cost, 0).max(initial=0)) * (
            1 + float(rate.max(initial=0))
        )
        largest = max(largest, float(np.abs(part.worth[np.isfinite(part.worth)]).max(initial=0)) + charge)
        people += len(part)
    over = task.limits.used(totals) - task.limits.most - task.limits.leeway
    for row in np.flatnonzero(over > 0):
        raise BrokenPlan(f"The plan passes the {task.limits.names[row]} by {over[row]:,.6g}.", code="limit")
    contacts = people * min(task.per_person, len(rate))
    unit = 4 * float(np.finfo(np.float64).eps)
    rounding = unit * (largest + float(np.abs(fee).max(initial=0))) * contacts + float(prices @ task.limits.leeway)
    bound = math.fsum([*gains, *(prices * task.limits.most), task.constant])
    cost = math.fsum(costs)
    return Certificate(math.fsum(values) - task.own * cost, cost, bound + rounding, totals, rounding)


def _verified(task: Task, draft: Draft, rows: IntArray, worth: FloatArray) -> tuple[IntArray, IntArray]:
    """The contacts of these people, once they are known to be allowed."""
    own = draft.choice[rows]
    person, slot = np.nonzero(own >= 0)
    option = own[person, slot].astype(np.int64)
    if (option >= len(worth)).any() or (own < -1).any():
        raise BrokenPlan("The plan chooses options that do not exist.", code="option")
    if not np.isfinite(worth[option, person]).all():
        raise BrokenPlan("The plan contacts somebody with an option she is not eligible for.", code="eligible")
    pairs = person * len(worth) + option
    if len(np.unique(pairs)) < len(pairs) or own.shape[1] > min(task.per_person, len(worth)):
        raise BrokenPlan("The plan contacts somebody twice with one option, or too often.", code="per_person")
    return option, person
