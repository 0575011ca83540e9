"""Whom to contact with which offer by which channel, under budgets, capacities and least volumes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from fleuve_analytics.allocation.close import close_gap
from fleuve_analytics.allocation.conflicts import explain, refuse_the_obvious
from fleuve_analytics.allocation.draft import look
from fleuve_analytics.allocation.limits import limits_from
from fleuve_analytics.allocation.people import Blocks, Source
from fleuve_analytics.allocation.plan import Certificate, ContactPlan, certify
from fleuve_analytics.allocation.prices import Task
from fleuve_analytics.allocation.solve import Solver
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["plan_contacts"]

METHODS = ("auto", "prices", "exact")


def plan_contacts(
    value: npt.ArrayLike | Blocks,
    cost: npt.ArrayLike | Blocks,
    *,
    budget: float | None = None,
    channel: Sequence[object] | npt.NDArray[Any] | None = None,
    capacity: Mapping[Any, float] | None = None,
    channel_budget: Mapping[Any, float] | None = None,
    least: Mapping[int, float] | npt.ArrayLike | None = None,
    per_person: int = 1,
    eligible: npt.ArrayLike | Blocks | None = None,
    method: Literal["auto", "prices", "exact"] = "auto",
    goal: float = 1e-4,
) -> ContactPlan:
    """Choose contacts with the highest expected incremental value net of cost that keep every limit.

    Assumptions: a contact's value does not depend on the other contacts, neither the person's own nor other people's;
    values are what the contact adds, against no contact (of an experiment, not of buyers who would have come anyway).

    value: expected incremental value of each option for each person, gross of its cost, money, shape (people, options);
    NaN where somebody is not eligible. cost: of a contact, shape (options,) or (people, options). Both, and `eligible`,
    may be memory-mapped, or a function that returns an iterator over blocks of rows: nothing of their size is copied.
    budget: most money for all contacts. channel: the channel of each option (its own number if not given); capacity:
    most contacts by channel; channel_budget: most money by channel; least: least contacts by option. per_person: most
    contacts a person, of different options. eligible: True where a contact is allowed, shape (people, options).
    method: "prices" stops at the plan that shadow prices give; "auto" goes on to a search when that is not within
    `goal` of the best and the search is small; "exact" searches until the best plan is found and proven. goal: the
    certified gap that is good enough.

    Returns a `ContactPlan`, integer, re-verified, with a bound that holds whatever the search did.

    Raises `ImpossibleLimits` (which limits contradict each other, and by how much) and `InvalidSetting`.

    Reference: Lagrangian relaxation, Geoffrion (1974), "Lagrangean Relaxation for Integer Programming", Mathematical
    Programming Study 2; the bound is his weak duality.

    >>> plan = plan_contacts([[9, 4], [8, 6], [3, 2.5]], [2, 1], budget=4, channel=["letter", "mail"])
    >>> plan.choice.tolist(), plan.value, plan.cost, plan.gap
    ([0, 1, 1], 13.5, 4.0, 0.0)
    """
    source = _source(value, cost, eligible)
    if per_person < 1 or per_person != int(per_person):
        raise InvalidSetting("per_person must be a whole number of contacts, one or more.", code="per_person")
    if method not in METHODS or not 0 <= goal < 1:
        raise InvalidSetting(f"method must be one of {', '.join(METHODS)}, and goal a share below 1.", code="method")
    limits = limits_from(source.options, budget, channel, channel_budget, capacity, least)
    affordable = limits.affordable()
    if np.isfinite(affordable).any():
        source = replace(source, affordable=affordable)
    task = Task(source, limits, min(int(per_person), source.options))
    facts = look(source(), source.options, task.per_person, task.own)
    refuse_the_obvious(task, facts, _cheapest(source))
    solver = Solver(task, facts, goal)
    if not solver.solve():
        explain(task, facts, goal)
    made = certify(task, solver.draft, solver.prices)
    bound = made.bound
    if method == "exact" or (method == "auto" and made.bound - made.value > goal * abs(made.bound)):
        bound = close_gap(
            task, solver.draft, solver.prices, value=made.value, bound=made.bound, goal=goal, method=method
        )
        made = certify(task, solver.draft, solver.prices)
    return _plan(task, solver, made, max(bound, made.value))


def _source(value: Any, cost: Any, eligible: Any) -> Source:
    if not callable(value):
        value = np.asarray(value)
        if value.ndim != 2 or value.shape[1] == 0:
            raise InvalidSetting("value must have shape (people, options), with one option at least.", code="value")
        if value.dtype not in (np.float32, np.float64):
            value = value.astype(np.float64)
    if not callable(cost):
        cost = np.asarray(cost, dtype=None if isinstance(cost, np.ndarray) and cost.ndim == 2 else np.float64)
    options = _options(value, cost)
    shape = None if callable(value) else value.shape
    if not callable(cost) and cost.shape != (options,) and cost.shape != shape:
        raise InvalidSetting("cost must have shape (options,), or the shape of value.", code="cost")
    if eligible is not None and not callable(eligible):
        eligible = np.asarray(eligible, dtype=np.bool_)
        if shape is None or eligible.shape != shape:
            raise InvalidSetting("eligible must have the shape of value.", code="eligible")
    return Source(value, cost, eligible, options)


def _options(value: Any, cost: Any) -> int:
    if not callable(value):
        return int(value.shape[1])
    first = cost if not callable(cost) else np.asarray(next(iter(value()), np.empty((0, 0))))
    return int(first.shape[-1]) if first.ndim else 0


def _cheapest(source: Source) -> FloatArray:
    """The least that a contact of each option costs; zero when costs differ between people."""
    if callable(source.cost) or source.cost.ndim == 2:
        return np.zeros(source.options)
    return source.cost


def _plan(task: Task, solver: Solver, made: Certificate, bound: float) -> ContactPlan:
    limits = task.limits
    sign = np.where(limits.most < 0, -1.0, 1.0)
    sign[[name.startswith("least") for name in limits.names]] = -1.0
    choice = solver.draft.choice
    return ContactPlan(
        choice=choice[:, 0] if task.per_person == 1 else choice,
        value=made.value,
        cost=made.cost,
        bound=bound,
        price_bound=made.bound,
        rounding=made.rounding,
        shadow_prices=dict(zip(limits.names, (sign * solver.prices).tolist(), strict=True)),
        used=dict(zip(limits.names, (sign * limits.used(made.totals)).tolist(), strict=True)),
        limits=dict(zip(limits.names, (sign * limits.most).tolist(), strict=True)),
        contacts=made.totals.count.astype(np.int64),
        task=task,
        prices=solver.prices,
    )
