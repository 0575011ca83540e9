"""When limits contradict each other: which, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from fleuve_analytics.allocation.draft import Facts, look
from fleuve_analytics.allocation.limits import LEEWAY, Limits
from fleuve_analytics.allocation.people import People
from fleuve_analytics.allocation.prices import Task
from fleuve_analytics.allocation.solve import Solver
from fleuve_analytics.errors import ImpossibleLimits
from fleuve_analytics.numerics import FloatArray

__all__ = ["explain", "refuse_the_obvious"]


def refuse_the_obvious(task: Task, facts: Facts, cheapest: FloatArray) -> None:
    """Raise `ImpossibleLimits` for least volumes that a single limit forbids. cheapest: least cost of each option."""
    least = least_volumes(task.limits, len(facts.eligible))
    contacts = facts.people * min(task.per_person, len(least))
    if least.sum() > contacts:
        _refuse(
            "per_person", "the least volumes", least.sum(), contacts, f"contacts can be made with {facts.people} people"
        )
    limits = task.limits
    for name, contact, money, most in zip(limits.names, limits.per_contact, limits.per_money, limits.most, strict=True):
        if most < 0:
            continue
        needed = float((np.maximum(contact, 0) * least).sum() + (money * least * cheapest).sum())
        if needed > most * (1 + LEEWAY):
            raise ImpossibleLimits(
                f"The least volumes alone use {needed:,.6g} of the {name}, which is {most:,.6g}: {needed - most:,.6g} "
                "too much. Lower a least volume or raise this limit.",
                code=name.split(" ")[0],
                limit=name,
                shortage=needed - most,
            )
    for option in np.flatnonzero(least > facts.eligible):
        _refuse("eligible", f"least of {option}", least[option], int(facts.eligible[option]), "people are eligible")


def explain(task: Task, facts: Facts, goal: float) -> None:
    """Raise `ImpossibleLimits`: find the most of the least volumes that can be kept together, and what stops there.

    It is a plan of its own, where every contact that counts towards a least volume is worth one: its bound proves the
    shortage, and its prices name the limits in the way.
    """
    least = least_volumes(task.limits, len(facts.eligible))
    volumes = replace(
        task, people=_Counting(task.people, least > 0), limits=_with_ceilings(task.limits), own=0.0, constant=0.0
    )
    solver = Solver(volumes, look(volumes.people(), len(least), task.per_person, 0.0), goal)
    solver.solve()
    at = volumes.evaluate(solver.prices)
    shortage = float(least.sum()) - np.floor(at.bound * (1 + 1e-9) + 1e-9)
    binding = [
        name
        for name, price in zip(volumes.limits.names, solver.prices, strict=True)
        if price > 1e-6 * solver.scale.max(initial=0) and not name.startswith("ceiling")
    ]
    if shortage >= 1:
        named = " and ".join(binding) or f"{task.per_person} contact(s) a person"
        raise ImpossibleLimits(
            f"The least volumes cannot all be kept: together they are at least {shortage:,.0f} contacts more "
            f"than {named} allow. Lower a least volume or loosen what stands in the way.",
            code="least",
            limits=tuple(binding),
            shortage=shortage,
        )
    raise ImpossibleLimits(
        "No plan of whole contacts was found that keeps all limits, though their sum does not forbid one. Loosen "
        f"{' or '.join(binding) or 'a limit'} a little.",
        code="whole_contacts",
        limits=tuple(binding),
        shortage=0.0,
    )


def least_volumes(limits: Limits, options: int) -> FloatArray:
    """The least volume of each option."""
    least = np.zeros(options)
    for contact, most in zip(limits.per_contact, limits.most, strict=True):
        least -= np.where(contact < 0, most, 0.0)
    return least


@dataclass(frozen=True)
class _Counting:
    """The same people, each contact with one of the options worth one, with the others impossible."""

    people: Callable[[], Iterable[People]]
    counted: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def __call__(self) -> Iterator[People]:
        for part in self.people():
            ones = np.isfinite(part.worth) & self.counted[:, np.newaxis]
            yield replace(part, worth=np.where(ones, 1.0, -np.inf))


def _with_ceilings(limits: Limits) -> Limits:
    """Each least volume turned into a most, so that contacts beyond it count for nothing."""
    return replace(
        limits,
        names=tuple(name.replace("least", "ceiling", 1) if name.startswith("least") else name for name in limits.names),
        per_contact=np.abs(limits.per_contact),
        most=np.abs(limits.most),
    )


def _refuse(code: str, name: str, asked: float, there: float, what: str) -> None:
    raise ImpossibleLimits(
        f"{name[0].upper()}{name[1:]} asks for {asked:,.0f} contacts, but only {there:,.0f} {what}: "
        f"{asked - there:,.0f} too few. Lower the least volume.",
        code=code,
        limit=name,
        shortage=asked - there,
    )
