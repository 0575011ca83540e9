"""What a sample tells of prices: where they are, how far from it they can be, and who is in doubt then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from fleuve_analytics.allocation.draft import Facts
from fleuve_analytics.allocation.people import People, in_blocks
from fleuve_analytics.allocation.prices import Task, best_contacts, descend, undecided
from fleuve_analytics.numerics import FloatArray

__all__ = ["price_scale", "sampled_prices", "who_is_in_doubt"]


def price_scale(task: Task, facts: Facts) -> FloatArray:
    """The order of each price: what an average contact brings, for what it uses."""
    sample, limits = facts.sample, task.limits
    nothing = np.zeros(len(facts.eligible))
    net = sample.net(task.own, nothing, nothing)
    option, person, gain = best_contacts(net, task.per_person)
    typical = float(gain.mean()) if len(gain) else facts.largest
    used = limits.used(sample.totals(option, person)) / max(1, len(option))
    most = np.abs(limits.per_contact).max(axis=1, initial=0) + limits.per_money.max(axis=1, initial=0) * (
        facts.largest_cost
    )
    each = np.where(used > 0, used, np.where(most > 0, most, 1.0))
    return np.asarray((typical or 1.0) / np.maximum(each, 1e-6 * np.maximum(most, 1e-300)))


def sampled_prices(task: Task, facts: Facts, scale: FloatArray, kept: int) -> tuple[FloatArray, FloatArray]:
    """Prices in the middle of those of four samples, and a radius; infinite when everybody is in memory anyway.

    kept: how many figures (people times options) of those in doubt can be kept, about.
    """
    prices = np.zeros(len(scale))
    if facts.sampled_all:
        return prices, np.full(len(prices), np.inf)
    seen, step = [], scale
    for quarter in range(4):
        part = facts.sample[quarter::4]
        share = len(part) / facts.people
        sampled = replace(task, people=in_blocks(part), limits=task.limits.scaled(share))
        floor = 2 * share * facts.floor - facts.largest
        prices = descend(sampled, prices, step, tolerance=1e-6, floor=floor, steps=120).best.prices
        step = scale / 8
        seen.append(prices)
    # The mean of four strays from the truth by half of what each does; their range is twice that again.
    centre, radius = np.mean(seen, axis=0), 1.25 * np.ptp(seen, axis=0) + 1e-4 * scale
    return centre, _narrowed(task, facts, centre, radius, kept)


def _narrowed(task: Task, facts: Facts, centre: FloatArray, radius: FloatArray, kept: int) -> FloatArray:
    """The radius, less where it would leave too many in doubt; when they tie, even the least leaves too many.

    A radius that is too small costs another run: prices that end at its edge are sought again from there.
    """
    for _ in range(4):
        share = who_is_in_doubt(task, facts.sample, centre, radius)[1].mean()
        if share * facts.people * len(facts.eligible) <= 0.8 * kept:
            break
        radius = radius / 2
    return radius


def who_is_in_doubt(
    task: Task, part: People, centre: FloatArray, radius: FloatArray
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Net worth of every contact at the centre, and who might choose otherwise within the radius."""
    limits = task.limits
    net = part.net(task.own, *limits.charges(centre))
    rate, fee = radius @ limits.per_money, radius @ np.abs(limits.per_contact)
    doubt = part.cost * rate[:, np.newaxis] + fee[:, np.newaxis]
    return net, undecided(net, doubt, task.per_person)
