"""From prices to a plan: whom they leave in doubt, how those are shared out, what is left to search.

The steps, each one run over the people or less: (1) prices on four samples, whose spread says how far they are from the
truth; (2) everybody whose choice is certain within that spread is settled, the others are kept; (3) exact prices on
those kept; (4) a linear programme and a small search over the few nearest to indifference; (5) when that is not close
enough, branch and bound over everybody who could matter. Whatever happens here, a plan is as good as the bound that is
computed over everybody afterwards says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from fleuve_analytics.allocation.boundary import Sharing, margins, nearest_change, search, share_out, worth_looking_at
from fleuve_analytics.allocation.draft import Draft, Facts
from fleuve_analytics.allocation.limits import Limits, Totals
from fleuve_analytics.allocation.people import People, in_blocks, spread
from fleuve_analytics.allocation.prices import Descent, Task, best_contacts, descend
from fleuve_analytics.allocation.repair import improve, trim
from fleuve_analytics.allocation.sampled import price_scale, sampled_prices, who_is_in_doubt
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["Solver"]

# Sizes in figures (people times options), measured on two cores of 2.1 GHz with ten options.
WHOLE_PROGRAMME = 12_000  # up to here the linear programme takes everybody
KEPT = 4_000_000  # people in doubt kept in memory: 32 MB
NEAREST = (800, 3_200, 12_800)  # people in the linear programme otherwise: 10 ms, 60 ms, half a second
WINDOWS = (30, 120, 480)  # people in the small search
TOLERANCE = 1e-8


class Solver:
    """One task, solved once: `draft` and `prices` are its answer."""

    def __init__(self, task: Task, facts: Facts, goal: float) -> None:
        self.task, self.facts, self.goal = task, facts, goal
        self.options = len(facts.eligible)
        self.draft = Draft.blank(facts.people, self.options, task.per_person)
        self.prices = np.zeros(len(task.limits.most))
        self.scale, self.total = price_scale(task, facts), 0.0

    def solve(self) -> bool:
        """Make the plan; False when none was found that keeps the limits."""
        if self.facts.sampled_all and self.facts.sample.worth.size <= WHOLE_PROGRAMME:
            return self._share_everybody() or self._trimmed()
        centre, radius = sampled_prices(self.task, self.facts, self.scale, KEPT)
        for _ in range(15):
            rest = self._settle(centre, radius)
            found = self._descend(rest, centre, radius)
            if found.best.bound < self.facts.floor:
                return False
            at_edge = np.abs(found.best.prices - centre) >= 0.999 * radius
            if rest.people is self.task.people or not (at_edge & (found.best.prices > 0)).any():
                break
            centre, radius = found.best.prices, np.where(at_edge, 3 * radius, radius)
        return self._share(rest, found) or self._trimmed()

    def _trimmed(self) -> bool:
        if (self.task.limits.per_contact < 0).any():
            return False
        trim(self.task, self.draft, self.prices)
        return True

    def _settle(self, centre: FloatArray, radius: FloatArray) -> Task:
        """Write the choice of everybody who is certain within the radius; what remains is a task for the others."""
        if not np.isfinite(radius).all():
            return replace(self.task, people=in_blocks(self.facts.sample))
        totals, kept, size = Totals.none(self.options), [], 0
        for part in self.task.people():
            net, in_doubt = who_is_in_doubt(self.task, part, centre, radius)
            kept.append(part[in_doubt])
            size += kept[-1].worth.size
            if size > KEPT:
                return self.task
            net[:, in_doubt] = -np.inf
            option, person, _ = best_contacts(net, self.task.per_person)
            totals = totals + self.draft.write(part, option, person)
        return self._left(totals, in_blocks(People.together(kept)))

    def _left(self, settled: Totals, people: Callable[[], Iterable[People]]) -> Task:
        limits = self.task.limits.after(settled)
        return replace(self.task, people=people, limits=limits, constant=_net(settled, self.task.own))

    def _descend(self, rest: Task, centre: FloatArray, radius: FloatArray) -> Descent:
        within = None if rest.people is self.task.people or not np.isfinite(radius).all() else radius
        step = self.scale if within is None else within
        return descend(rest, centre, step, within=within, tolerance=TOLERANCE, floor=self.facts.floor)

    def _share_everybody(self) -> bool:
        everybody = self.facts.sample
        net = everybody.net(self.task.own, *self.task.limits.charges(self.prices))
        pairs = worth_looking_at(net, self.task.per_person, np.inf)
        sharing = share_out(everybody, pairs, self.task.limits, self.task.own, self.task.per_person, None)
        if sharing is None:
            return False
        self.prices, self.total = sharing.prices, abs(sharing.value)
        return self._round(everybody, self.task.limits, sharing)

    def _share(self, rest: Task, found: Descent) -> bool:
        """Share out the nearest of those in doubt, and more of them until the gap is closed; the best is kept."""
        self.prices, self.total = found.best.prices, abs(found.best.bound)
        bound, value, kept = found.best.bound, -np.inf, self.draft.choice
        for nearest in NEAREST:
            if nearest == NEAREST[-1] and value > -np.inf:
                break  # half a second and more is for those who have no plan yet
            totals, few = self._mix(rest, found, nearest)
            others = totals - self.draft.totals(few)
            prices = self._share_few(few, rest.limits.after(others))
            if prices is None:
                continue
            again = rest.evaluate(prices).bound
            self.prices, bound = (prices, again) if again < bound else (self.prices, bound)
            made = rest.constant + _net(others + self.draft.totals(few), self.task.own)
            if made > value:
                value, kept = made, self.draft.choice.copy()
            if bound - value <= 0.1 * self.goal * abs(bound):
                break
        self.draft.choice[:] = kept
        return value > -np.inf

    def _mix(self, rest: Task, found: Descent, nearest: int) -> tuple[Totals, People]:
        """Write for everybody in doubt what they choose at one of the prices visited, drawn with the share of each.

        The mixture keeps the limits but for rounding, even where many are exactly indifferent. Returns what it comes to
        and the people nearest to indifference.
        """
        totals = Totals.none(self.options)
        active = np.flatnonzero(found.shares > 1e-9)
        steps = np.cumsum(found.shares[active])[:-1] / found.shares[active].sum()
        few: list[People] = []
        for part in rest.people():
            drawn = np.searchsorted(steps, spread(part.rows))
            for place in np.unique(drawn):
                members = part[drawn == place]
                charges = self.task.limits.charges(found.visited[active[place]].prices)
                option, person, _ = best_contacts(members.net(self.task.own, *charges), self.task.per_person)
                totals = totals + self.draft.write(members, option, person)
            few = [self._nearest(People.together([*few, part]), found.best.prices, nearest)]
        return totals, few[0]

    def _nearest(self, people: People, prices: FloatArray, size: int) -> People:
        """Those nearest to indifference: half of them over all, half from every kind of change that anybody may make.

        Where whole groups of equal people tie, each group may be needed for a limit of its own.
        """
        if len(people) <= size:
            return people
        net = people.net(self.task.own, *self.task.limits.charges(prices))
        margin, _ = margins(net, self.task.per_person)
        kind = nearest_change(net, self.task.per_person)
        order = np.lexsort((spread(people.rows * 7 + 3), margin, kind))
        starts = np.flatnonzero(np.r_[True, np.diff(kind[order]) != 0])
        rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
        chosen = np.zeros(len(people), dtype=np.bool_)
        chosen[order[rank < size // (2 * len(starts))]] = True
        others = np.flatnonzero(~chosen)
        chosen[others[np.argsort(margin[others], kind="stable")[: size - int(chosen.sum())]]] = True
        return people[np.flatnonzero(chosen)]

    def _share_few(self, few: People, limits: Limits) -> FloatArray | None:
        """Solve the programme of these few under what the others leave; its prices, None when it cannot be kept."""
        task = self.task
        net = few.net(task.own, *limits.charges(self.prices))
        margin, _ = margins(net, task.per_person)
        pairs = worth_looking_at(net, task.per_person, self._width(margin))
        sharing = share_out(few, pairs, limits, task.own, task.per_person, 10 * (self.prices + self.scale))
        if sharing is None or sharing.excess > 1e-7 or not self._round(few, limits, sharing):
            return None
        return sharing.prices

    def _width(self, margin: FloatArray) -> float:
        finite = margin[np.isfinite(margin)]
        return 4 * float(finite.max(initial=0)) + 1e-9 * (self.facts.largest + self.facts.largest_cost)

    def _round(self, few: People, limits: Limits, sharing: Sharing) -> bool:
        """Make whole what was divided: by pairs of changes, and by a search where those leave too much."""
        net = few.net(self.task.own, *limits.charges(sharing.prices))
        margin, _ = margins(net, self.task.per_person)
        divided = np.abs(sharing.share - 0.5) < 0.5 - 1e-6
        margin[sharing.person[divided]] = -1.0
        order = np.argsort(margin[sharing.person], kind="stable")
        pairs, made = (sharing.option[order], sharing.person[order]), sharing.share[order] > 0.5
        whole = improve(few, pairs, made, limits, self.task.own, self.task.per_person)
        chosen = made if whole is None else whole
        totals = self.draft.write(few, pairs[0][chosen], pairs[1][chosen])
        if whole is not None and sharing.value - _net(totals, self.task.own) <= 0.25 * self.goal * self.total:
            return True
        return self._search(few, limits, sharing.prices, np.argsort(margin, kind="stable")) or whole is not None

    def _search(self, few: People, limits: Limits, prices: FloatArray, order: IntArray) -> bool:
        """Search over the nearest to indifference, the others as they are; more of them while nothing is found."""
        task = self.task
        for size in WINDOWS:
            window, others = few[np.sort(order[:size])], few[np.sort(order[size:])]
            net = window.net(task.own, *limits.charges(prices))
            pairs = worth_looking_at(net, task.per_person, self._width(margins(net, task.per_person)[0]))
            left = limits.after(self.draft.totals(others))
            slack = 0.05 * self.goal * self.total
            found = search(window, pairs, left, task.own, task.per_person, nodes=200, slack=slack)
            if found is not None:
                self.draft.write(window, found.option, found.person)
                return True
            if size >= len(few):
                break
        return False


def _net(totals: Totals, own: float) -> float:
    return float((totals.value - own * totals.cost).sum())
