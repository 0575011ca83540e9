"""What must hold for every plan and every split, whatever the figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fleuve_analytics import Segment, allocate_budget, budget_frontier, plan_contacts, split_ranges
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.optimize import linprog

COST = np.array([0.05, 0.7, 2.5, 0.06])
CHANNEL = np.array(["mail", "letter", "phone", "mail"])


def people(seed: int, count: int, *, tied: bool = False) -> np.ndarray:
    """Values of four options; some people are not eligible for some."""
    rng = np.random.default_rng(seed)
    value = rng.lognormal(0, 1, (count, 1)) * rng.gamma(2, 0.7, (count, 4))
    value = np.round(value) if tied else value
    value[rng.random(value.shape) < 0.1] = np.nan
    return value


def plan(value: Any, scale: float = 1.0, share: float = 1.0, **more: Any) -> Any:
    """Plan under limits that bind, in proportion to the people; by prices alone, whose claims must hold already."""
    count = len(value) * share
    asked: dict[str, Any] = {
        "budget": 0.2 * count * scale,
        "channel": CHANNEL,
        "capacity": {"mail": 0.3 * count, "phone": 0.04 * count},
        "method": "prices",
        **more,
    }
    return plan_contacts(value, COST * scale, **asked)


sizes = some.sampled_from([1, 7, 60, 300, 2_000])


@settings(max_examples=12, deadline=None)
@given(seed=some.integers(0, 999), count=sizes, tied=some.booleans(), per_person=some.integers(1, 5))
def test_every_limit_is_kept_and_the_gap_is_small(seed: int, count: int, tied: bool, per_person: int) -> None:
    made = plan(people(seed, count, tied=tied), per_person=per_person)
    made.check()
    assert made.value <= made.bound
    if count == 4_000:
        # Rounding costs less than a contact a limit, of some eight hundred: mostly a tenth of this is missing.
        assert made.gap <= 1e-3


@settings(max_examples=5, deadline=None)
@given(seed=some.integers(0, 999), count=sizes)
def test_the_order_of_people_changes_nothing_beyond_the_gap(seed: int, count: int) -> None:
    value = people(seed, count)
    first, second = plan(value), plan(np.random.default_rng(seed).permutation(value))
    # Both lie between the best plan and their own gap below it.
    assert second.value <= first.bound + first.rounding
    assert first.value <= second.bound + second.rounding


@settings(max_examples=5, deadline=None)
@given(seed=some.integers(0, 999), count=sizes, unit=some.sampled_from([1e-6, 0.01, 100, 1e9]))
def test_the_unit_of_money_changes_nothing(seed: int, count: int, unit: float) -> None:
    value = people(seed, count)
    euros, other = plan(value), plan(value * unit, scale=unit)
    assert other.value <= euros.bound * unit * (1 + 1e-9)
    assert euros.value * unit <= other.bound * (1 + 1e-9)


@settings(max_examples=5, deadline=None)
@given(seed=some.integers(0, 999), count=some.sampled_from([7, 300, 2_000]))
def test_more_people_or_more_money_never_bring_less(seed: int, count: int) -> None:
    value = people(seed, count + 1)
    limits = {"budget": 0.2 * count, "capacity": {"mail": 0.3 * count}}
    fewer = plan(value[:-1], **limits)
    assert plan(value, **limits).bound >= fewer.value
    assert plan(value[:-1], **{**limits, "budget": 0.25 * count}).bound >= fewer.value


@settings(max_examples=4, deadline=None)
@given(seed=some.integers(0, 999), count=some.sampled_from([60, 300, 2_000]))
def test_twice_the_people_and_twice_the_limits_are_worth_twice_as_much(seed: int, count: int) -> None:
    """The bound doubles exactly (it is linear); whole contacts can only fit better."""
    value = people(seed, count)
    limits = {
        "budget": float(0.2 * count),
        "capacity": {"mail": np.floor(0.3 * count), "phone": np.floor(0.04 * count)},
    }
    once = plan(value, **limits)
    both = {"budget": 2 * limits["budget"], "capacity": {label: 2 * most for label, most in limits["capacity"].items()}}
    twice = plan(np.repeat(value, 2, axis=0), **both)
    assert twice.price_bound == pytest.approx(2 * once.price_bound, rel=1e-7)
    assert twice.bound >= 2 * once.value


@pytest.mark.parametrize("count", [10, 3_000, 60_000])
def test_identical_people_are_cut_where_the_budget_ends(count: int) -> None:
    """Everybody ties: 2 € a contact, money for a third of them; and for a mixture of two options."""
    one = plan_contacts(np.full((count, 1), 5.0), [2.0], budget=2 * (count // 3))
    assert (one.contacts[0], one.gap) == (count // 3, 0)
    two = plan_contacts(np.full((count, 2), [5.0, 7.0]), [1.0, 2.0], budget=count + count // 3)
    assert (two.contacts.tolist(), two.gap) == ([count - count // 3, count // 3], 0)


@settings(max_examples=5, deadline=None)
@given(seed=some.integers(0, 999), kinds=some.integers(2, 40))
def test_whole_groups_that_tie_are_divided_between_options(seed: int, kinds: int) -> None:
    """Values by segment: the linear programme over the kinds of people, each with its number, is the bound."""
    rng = np.random.default_rng(seed)
    own = people(seed, kinds)
    kind = rng.integers(0, kinds, 20_000)
    made = plan(own[kind])
    which, option = np.nonzero(np.isfinite(own))
    rows = [COST[option], 1.0 * (CHANNEL[option] == "mail"), 1.0 * (CHANNEL[option] == "phone")]
    rows += [1.0 * (which == one) for one in range(kinds)]
    most = [0.2 * 20_000, 0.3 * 20_000, 0.04 * 20_000, *np.bincount(kind, minlength=kinds)]
    best = -linprog(-(own - COST)[which, option], A_ub=np.array(rows), b_ub=most, method="highs-ds").fun
    # Prices are sought to 1e-8; a contact a limit may be lost to rounding, of some six thousand.
    assert made.price_bound == pytest.approx(best, rel=1e-7)
    assert made.value >= best * (1 - 1e-3)


@pytest.mark.parametrize("count", [40, 30_000])
def test_contacts_that_cost_more_than_they_bring_are_made_only_when_volumes_ask(count: int) -> None:
    value = -np.abs(people(3, count))
    assert (plan(value).choice == -1).all()
    forced = plan(value, least={1: 5})
    assert forced.contacts.tolist() == [0, 5, 0, 0]
    cheapest = -np.sort((COST - value)[:, 1])[:5].sum()  # whoever is not eligible sorts last
    assert forced.value == pytest.approx(cheapest)
    assert forced.shadow_prices["least of 1"] < 0


@pytest.mark.parametrize("count", [40, 30_000])
def test_limits_that_do_not_bind_have_no_price(count: int) -> None:
    made = plan_contacts(people(4, count), COST, budget=10 * count, channel=CHANNEL, capacity={"mail": count})
    assert set(made.shadow_prices.values()) == {0}
    assert made.gap == 0


@pytest.mark.parametrize("count", [40, 30_000])
def test_without_money_or_room_nothing_is_done(count: int) -> None:
    assert (plan(people(5, count), budget=0).choice == -1).all()
    closed = plan(people(5, count), capacity={"mail": 0, "letter": 0, "phone": 0})
    assert (closed.value, closed.bound, closed.gap) == (0, pytest.approx(0, abs=1e-6), 0)


@settings(max_examples=50, deadline=None)
@given(seed=some.integers(0, 9999), count=some.integers(1, 30))
def test_money_returns_the_same_everywhere_it_goes(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    columns = (
        rng.uniform(1, 1e4, count),
        rng.uniform(0, 500, count),
        rng.uniform(0, 0.9, count),
        rng.uniform(0, 1, count),
    )
    parts = [Segment(*row) for row in zip(*columns, strict=True)]
    split = allocate_budget(parts, budget=float(rng.uniform(0, 1e5)))
    spending = split.spend_per_person > 0
    # One part in a billion: the exponential of an exponent near ten, rounded.
    assert split.marginal_return[spending] == pytest.approx(1 + split.shadow_price, rel=1e-9)
    assert (split.marginal_return[~spending] <= (1 + split.shadow_price) * (1 + 1e-9)).all()
    assert split.total_value <= split.free_value * (1 + 1e-12) + 1e-9


def test_the_frontier_rises_less_and_less() -> None:
    parts = [Segment(100, 90, 0.5, 0.1, least_spend=1, most_spend=9), Segment(50, 300, 0.2, 0.3, base_rate=0.4)]
    frontier = budget_frontier(parts, np.linspace(100, 5_000, 400))
    steps = np.diff(frontier.value)
    assert (steps >= -1e-9).all()
    assert (np.diff(steps) <= 1e-9).all()
    assert (np.diff(frontier.shadow_price) <= 0).all()


def test_a_fixed_split_is_never_better_than_the_best_of_each_world() -> None:
    rng = np.random.default_rng(1)
    parts = [Segment(1000, 200, 0.30, 0.10), Segment(500, 60, 0.50, 0.20)]
    known = split_ranges(parts, budget=9_000, worth=np.array([[200.0, 60.0]]))
    assert known.regret.high == pytest.approx(0, abs=1e-9)
    drawn = {
        "worth": rng.gamma(30, [200 / 30, 2], (500, 2)),
        "steepness": rng.gamma(30, [0.1 / 30, 0.2 / 30], (500, 2)),
    }
    likely = split_ranges(parts, budget=9_000, **drawn)
    poor = split_ranges(parts, budget=9_000, **drawn, fixed=[0, 18])
    assert 0 <= likely.regret.low < likely.mean_regret < poor.mean_regret
    assert likely.value == poor.value
