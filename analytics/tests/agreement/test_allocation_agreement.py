"""Plans and splits against other roads: branch and bound on everything, linear programmes, a general optimiser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import Segment, allocate_budget, budget_frontier, plan_contacts
from fleuve_analytics.allocation import solve
from fleuve_analytics.errors import ImpossibleLimits
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.optimize import Bounds, LinearConstraint, linprog, milp, minimize
from scipy.sparse import csr_array


@dataclass(frozen=True)
class Case:
    """A small plan to make, and the same as rows of a programme over all contacts."""

    value: np.ndarray
    cost: np.ndarray
    limits: dict[str, Any]

    def programme(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Gains, rows and right sides; written without looking at how the library writes them."""
        people = len(self.value)
        cost = np.broadcast_to(self.cost, self.value.shape)
        person, option = np.nonzero(np.isfinite(self.value))
        rows, most = [person == one for one in range(people)], [self.limits["per_person"]] * people
        if "budget" in self.limits:
            rows, most = [*rows, cost[person, option]], [*most, self.limits["budget"]]
        for channel, room in self.limits["capacity"].items():
            rows, most = [*rows, self.limits["channel"][option] == channel], [*most, room]
        for one, volume in self.limits["least"].items():
            rows, most = [*rows, -1.0 * (option == one)], [*most, -volume]
        gains = (self.value - cost)[person, option]
        return gains, np.array(rows, dtype=float).reshape(len(rows), len(gains)), np.array(most, dtype=float)

    def best(self) -> float | None:
        """The value of the best plan of whole contacts; None when there is none."""
        gains, rows, most = self.programme()
        if not len(gains):
            return 0.0 if (most >= 0).all() else None
        found = milp(
            -gains,
            constraints=LinearConstraint(rows, -np.inf, most),
            integrality=np.ones(len(gains), dtype=int),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0},
        )
        return None if found.x is None else -float(found.fun)


def case(seed: int) -> Case:
    """A random case: whole values that tie or fine ones, one cost for all or one each, any limits."""
    rng = np.random.default_rng(seed)
    people, options = int(rng.integers(1, 16)), int(rng.integers(1, 6))
    shape = (people, options)
    value = rng.normal(3, 4, shape) if rng.random() < 0.5 else rng.integers(-2, 8, shape) * 1.0
    value[rng.random(shape) < 0.2] = np.nan
    cost = rng.integers(0, 4, options) * 1.0 if rng.random() < 0.5 else rng.uniform(0, 3, shape)
    channel = rng.integers(0, 2, options)
    used = [label for label in (0, 1) if (channel == label).any() and rng.random() < 0.5]
    limits: dict[str, Any] = {
        "channel": channel,
        "capacity": {label: float(rng.integers(0, people + 1)) for label in used},
        "least": {0: float(rng.integers(0, people // 3 + 1))} if rng.random() < 0.4 else {},
        "per_person": int(rng.integers(1, 4)),
    }
    if rng.random() < 0.7:
        limits["budget"] = float(rng.uniform(0, 2 * people))
    return Case(value, cost, limits)


def compare(seed: int, method: Any) -> None:
    """The claims of a plan against the best that branch and bound over everything finds."""
    given_case = case(seed)
    best = given_case.best()
    try:
        plan = plan_contacts(given_case.value, given_case.cost, method=method, **given_case.limits)
    except ImpossibleLimits:
        assert best is None
        return
    assert best is not None
    plan.check()
    # The other road's own tolerance is 1e-6 on what it adds up.
    assert plan.value <= best + 1e-6
    assert min(plan.bound, plan.price_bound) >= best - 1e-6
    assert plan.value >= plan.bound - plan.gap * abs(plan.bound) - 2 * plan.rounding
    if method == "exact":
        assert plan.value == pytest.approx(best, abs=1e-6)
        assert plan.gap < 1e-6


@settings(max_examples=45, deadline=None)
@given(seed=some.integers(0, 2**32), method=some.sampled_from(["exact", "exact", "prices"]))
def test_no_plan_is_better_than_its_bound_and_the_exact_one_is_best(seed: int, method: str) -> None:
    compare(seed, method)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_handful_of_contacts_among_many_people_is_planned_to_the_end(seed: int) -> None:
    """No price closes the gap of a printer good for one letter: prices alone leave 23 % here.

    The other road is branch and bound on everybody.
    """
    value, budget = np.random.default_rng(seed).lognormal(1, 0.2, (3_000, 5)), 3.5
    cost, channel = np.array([0.6, 1.1, 2.3, 0.7, 2.9]), np.array([0, 1, 2, 0, 2])
    capacity = {0: 1.0, 1: 1.0, 2: 2.0}
    plan = plan_contacts(value, cost, budget=budget, channel=channel, capacity=capacity, per_person=2)
    plan.check()
    person, option = np.divmod(np.arange(value.size), 5)
    shared = np.array([cost[option], *(1.0 * (channel[option] == one) for one in range(3))])
    own = csr_array((np.ones(value.size), (person, np.arange(value.size))))
    found = milp(
        -(value - cost).ravel(),
        constraints=[
            LinearConstraint(shared, -np.inf, [budget, *capacity.values()]),
            LinearConstraint(own, -np.inf, 2),
        ],
        integrality=np.ones(value.size, dtype=int),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    # The goal of the plan is 1e-4 of its value; the solver's own tolerance is far below.
    assert plan.gap <= 1e-4
    assert plan.value <= -found.fun + 1e-6 <= plan.bound + 2e-6
    assert plan.value >= -found.fun * (1 - 1e-4)


@pytest.mark.full
@pytest.mark.parametrize("start", range(0, 900, 150))
@pytest.mark.parametrize("whole", [0, 12_000])
def test_hundreds_of_plans_against_branch_and_bound(start: int, whole: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By both roads: prices first for the few, or everybody in one programme."""
    monkeypatch.setattr(solve, "WHOLE_PROGRAMME", whole)
    for seed in range(start, start + 150):
        compare(seed, ("exact", "auto", "prices")[seed % 3])


@pytest.mark.parametrize("per_person", [1, 2])
@pytest.mark.parametrize("road", ["a programme of everybody", "prices, then a programme of the few"])
def test_the_prices_solve_the_dual_of_the_linear_programme(
    road: str, per_person: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its optimum is the price bound, whichever of its two roads the library takes."""
    if road.startswith("prices"):
        monkeypatch.setattr(solve, "WHOLE_PROGRAMME", 0)
        monkeypatch.setattr(solve, "NEAREST", (40, 200))
    people = 400
    rng = np.random.default_rng(people)
    value = rng.lognormal(1, 1, (people, 5))
    cost = np.array([1.03, 1.97, 0.51, 1.11, 2.93])
    limits = {
        "channel": np.arange(5) % 2,
        "per_person": per_person,
        "budget": 0.5 * people,
        "capacity": {},
        "least": {},
    }
    tighter = {**limits, "capacity": {0: 0.2 * people}, "least": {4: 0.02 * people}}
    for given_case in (Case(value, cost, limits), Case(value, cost, tighter)):
        gains, rows, most = given_case.programme()
        found = linprog(-gains, A_ub=csr_array(rows), b_ub=most, bounds=(0, 1), method="highs-ds")
        plan = plan_contacts(value, cost, method="prices", **given_case.limits)
        # The search for prices stops within 1e-8 of the least bound; the programme of the few then ends it.
        assert plan.price_bound == pytest.approx(-found.fun, rel=1e-8)
        assert plan.price_bound >= -found.fun * (1 - 1e-12)
        if given_case.limits is limits:
            # One price is unique with costs like these; several may trade places with whole capacities.
            assert plan.shadow_prices["budget"] == pytest.approx(-found.ineqlin.marginals[people], rel=1e-6)


segments = some.builds(
    Segment,
    people=some.floats(1, 1e4),
    worth=some.floats(1, 1e3),
    reach=some.floats(0.01, 0.9),
    steepness=some.floats(0.01, 2),
    least_spend=some.floats(0, 3),
    most_spend=some.floats(3, 50),
)


@settings(max_examples=60, deadline=None)
@given(some.lists(segments, min_size=1, max_size=5), some.floats(0.05, 1.5))
def test_a_general_optimiser_finds_no_better_split(parts: list[Segment], share: float) -> None:
    least = sum(part.people * part.least_spend for part in parts)
    most = sum(part.people * part.most_spend for part in parts)
    budget = least + share * (most - least)
    split = allocate_budget(parts, budget=budget)
    people = np.array([part.people for part in parts])
    worth = np.array([part.people * part.worth * part.reach for part in parts])
    pace = np.array([part.steepness for part in parts])

    def loss(spend: np.ndarray) -> tuple[float, np.ndarray]:
        kept = worth * np.exp(-pace * spend)
        return float((people * spend + kept - worth).sum()), people - pace * kept

    found = minimize(
        loss,
        [(part.least_spend + part.most_spend) / 2 for part in parts],
        jac=True,
        bounds=[(part.least_spend, part.most_spend) for part in parts],
        constraints={
            "type": "ineq",
            "fun": lambda spend: (budget - people @ spend) / budget,
            "jac": lambda _: -people / budget,
        },
        method="SLSQP",
    )
    feasible = np.clip(found.x, [part.least_spend for part in parts], [part.most_spend for part in parts])
    feasible = feasible if people @ feasible <= budget else split.spend_per_person
    # What can be lost to rounding: 1e-12 of what is at stake.
    assert split.total_value >= -loss(feasible)[0] - 1e-10 * worth.sum()
    assert people @ split.spend_per_person <= budget * (1 + 1e-12)


def test_the_shadow_price_is_the_slope_of_the_frontier() -> None:
    parts = [
        Segment(1000, 200, 0.30, 0.10, most_spend=14),
        Segment(2000, 100, 0.20, 0.05),
        Segment(500, 60, 0.50, 0.20),
    ]
    budgets = np.linspace(100, 30_000, 241)
    step = 1e-3
    middle, before, after = (budget_frontier(parts, budgets + shift) for shift in (0, -step, step))
    slope = (after.value - before.value) / (2 * step)
    # Central differences of a smooth piece: second order in the step, and 1e-16 of 40,000 over it.
    assert middle.shadow_price == pytest.approx(slope, abs=1e-6)
