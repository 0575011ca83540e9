"""The dual: prices of the limits under which everybody's own best choice keeps the limits.

At prices p, one a limit, a contact is worth w = value − cost − what it uses of each limit times its price, and D(p) =
Σ over people of their best k positive w + Σ p · limit. No plan that keeps the limits brings more than D(p), whatever
p ≥ 0 (weak duality); the best prices make D least. D is convex and made of planes, so it is searched with cutting
planes inside a box that follows the best point (a bundle method; see Frangioni & Gallo 1999 for the family). One
evaluation is one vectorised run over the people.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.allocation.limits import Limits, Totals
from fleuve_analytics.allocation.people import People
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["Descent", "Evaluation", "Task", "best_contacts", "descend", "undecided"]

STEPS = 400


@dataclass(frozen=True)
class Evaluation:
    """D at some prices, the contacts that people then choose, and how D changes there with each price."""

    prices: FloatArray
    bound: float
    totals: Totals
    slope: FloatArray


@dataclass(frozen=True)
class Task:
    """A plan to make: for whom, under which limits, with at most `per_person` contacts each.

    own: the share of a contact's cost that counts against its value (1; 0 when only volumes are of interest). constant:
    what was earned already by those who are not among the people.
    """

    people: Callable[[], Iterable[People]]
    limits: Limits
    per_person: int
    own: float = 1.0
    constant: float = 0.0

    def evaluate(self, prices: FloatArray) -> Evaluation:
        """D at these prices."""
        rate, fee = self.limits.charges(prices)
        gains, totals = [self.constant], Totals.none(self.limits.per_contact.shape[1])
        for part in self.people():
            option, person, gain = best_contacts(part.net(self.own, rate, fee), self.per_person)
            gains.append(float(gain.sum()))
            totals = totals + part.totals(option, person)
        slope = self.limits.most - self.limits.used(totals)
        bound = math.fsum([*gains, *(prices * self.limits.most)])
        return Evaluation(prices, bound, totals, slope)


@dataclass(frozen=True)
class Descent:
    """The end of a search: the best prices, and the evaluations whose mixture by `shares` keeps the limits there."""

    best: Evaluation
    visited: tuple[Evaluation, ...]
    shares: FloatArray


def best_contacts(net: FloatArray, per_person: int) -> tuple[IntArray, IntArray, FloatArray]:
    """The options that people choose and what each brings: the best `per_person` of their own that bring anything."""
    if per_person == 1:
        option = net.argmax(axis=0)
        gain = net[option, np.arange(net.shape[1])]
        person = np.flatnonzero(gain > 0)
        return option[person], person, gain[person]
    if per_person >= len(net):
        person, option = np.nonzero((net > 0).T)
        return option, person, net[option, person]
    top = np.argpartition(net, len(net) - per_person, axis=0)[-per_person:]
    person, place = np.nonzero((np.take_along_axis(net, top, axis=0) > 0).T)
    option = top[place, person]
    return option, person, net[option, person]


def undecided(net: FloatArray, doubt: FloatArray, per_person: int) -> npt.NDArray[np.bool_]:
    """Who might choose otherwise when each net worth is off by its doubt at most."""
    low, high = net - doubt, net + doubt
    if per_person >= len(net):
        threshold = np.zeros(net.shape[1])
    elif per_person == 1:
        threshold = np.maximum(low.max(axis=0), 0)
    else:
        threshold = np.maximum(np.partition(low, -per_person, axis=0)[-per_person], 0)
    possible = np.add.reduce((high > threshold).view(np.uint8), axis=0, dtype=np.uint16)
    certain = np.add.reduce((low > 0).view(np.uint8), axis=0, dtype=np.uint16)
    return np.asarray(possible != np.minimum(certain, per_person))


def descend(
    task: Task,
    start: FloatArray,
    scale: FloatArray,
    *,
    within: FloatArray | None = None,
    tolerance: float,
    floor: float,
    steps: int = STEPS,
) -> Descent:
    """Search the least D from `start`, first within `scale` of it, never beyond `within` of it.

    It ends when no prices can lower D by more than `tolerance` of itself, after so many `steps`, or when D falls below
    `floor`, what every plan brings: then no plan keeps the limits.
    """
    centre = task.evaluate(start)
    visited, shares, radius = [centre], np.ones(1), 1.0
    low = np.zeros(len(start)) if within is None else np.maximum(start - within, 0)
    high = np.full(len(start), np.inf) if within is None else start + within
    for _ in range(steps):
        step = scale * radius
        visited = _nearest_planes(visited, shares, centre)
        there, predicted, shares = _lowest_of_planes(visited, centre, step, low, high)
        if predicted <= tolerance * max(abs(centre.bound), abs(task.constant)) or centre.bound < floor:
            break
        trial = task.evaluate(there)
        visited.append(trial)
        gained = centre.bound - trial.bound
        if gained > 0.1 * predicted:
            far = (np.abs(there - centre.prices) >= 0.99 * step).any()
            radius *= 2 if far and gained > 0.5 * predicted else 1
            centre = trial
        elif gained < 0:
            radius /= 2
    return Descent(centre, tuple(visited), np.r_[shares, np.zeros(len(visited) - len(shares))])


def _nearest_planes(visited: list[Evaluation], shares: FloatArray, centre: Evaluation) -> list[Evaluation]:
    """Without the planes that lie far below the centre, once there are many: they shape the search no more."""
    most = 2 * len(centre.prices) + 40
    if len(visited) <= 1.5 * most:
        return visited
    below = [centre.bound - seen.bound - seen.slope @ (centre.prices - seen.prices) for seen in visited]
    shares = np.r_[shares, np.ones(len(visited) - len(shares))]
    order = np.argsort(np.where(shares > 0, -np.inf, below), kind="stable")
    return [visited[place] for place in np.sort(order[:most])]


def _lowest_of_planes(
    visited: list[Evaluation], centre: Evaluation, step: FloatArray, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, float, FloatArray]:
    """Where the planes known of D are lowest within the step, how far below the centre, and the share of each plane.

    Lengths are counted in steps and heights in what one step can change, so that the solver's tolerance means the same
    at every stage.
    """
    from scipy.optimize import linprog

    rise = np.array([seen.slope for seen in visited]) * step
    gap = np.array([seen.bound + seen.slope @ (centre.prices - seen.prices) for seen in visited]) - centre.bound
    unit = max(float(np.abs(rise).max(initial=0)), 1e-300)
    reach = np.stack(
        [np.maximum((low - centre.prices) / step, -1.0), np.minimum((high - centre.prices) / step, 1.0)], axis=1
    )
    found = linprog(
        np.r_[1.0, np.zeros(len(step))],
        A_ub=np.c_[-np.ones(len(rise)), rise / unit],
        b_ub=-gap / unit,
        bounds=[(None, None), *np.minimum(np.maximum(reach, -1), 1).tolist()],
        method="highs-ds",
    )
    assert found.x is not None, found.message  # the centre itself is always possible
    there = np.clip(centre.prices + step * found.x[1:], low, high)
    return there, -float(found.x[0]) * unit, np.maximum(-found.ineqlin.marginals, 0)
