"""What allocation promises beside its numbers: any input, little memory, errors in words, a check that checks."""

from __future__ import annotations

import dataclasses
import doctest
import math
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import Segment, allocate_budget, budget_frontier, plan_contacts, split_ranges
from fleuve_analytics.errors import AnalyticsError, BrokenPlan, ImpossibleLimits, InvalidSetting

VALUE = np.random.default_rng(7).lognormal(0, 1, (500, 4))
COST = np.array([0.1, 0.2, 1.0, 0.5])
LIMITS: dict[str, Any] = {"budget": 60.0, "channel": list("aabb"), "capacity": {"a": 120, "b": 40}}


def test_arrays_lists_files_and_blocks_give_the_same_plan(tmp_path: Path) -> None:
    asked = plan_contacts(VALUE, COST, **LIMITS)
    stored = np.lib.format.open_memmap(tmp_path / "value.npy", "w+", np.float64, VALUE.shape)
    stored[:] = VALUE

    def blocks() -> Iterator[np.ndarray]:
        yield from np.array_split(VALUE, 7)

    def costs() -> Iterator[np.ndarray]:
        yield from np.array_split(np.broadcast_to(COST, VALUE.shape), 7)

    for value, cost in ((VALUE.tolist(), COST.tolist()), (stored, COST), (blocks, COST), (blocks, costs)):
        again = plan_contacts(value, cost, **LIMITS)
        assert again.choice.tolist() == asked.choice.tolist()
        assert again.value == pytest.approx(asked.value, rel=1e-14)
        again.check()


def test_single_precision_is_read_as_it_is() -> None:
    short = VALUE.astype(np.float32)
    assert plan_contacts(short, COST, **LIMITS).value == plan_contacts(short.astype(np.float64), COST, **LIMITS).value


def test_inputs_are_left_as_they_were() -> None:
    value, cost = VALUE.copy(), COST.copy()
    value.flags.writeable = cost.flags.writeable = False
    plan_contacts(value, cost, **LIMITS)
    assert np.array_equal(value, VALUE)


def test_not_eligible_is_told_by_a_mask_or_by_a_missing_value() -> None:
    eligible = np.random.default_rng(1).random(VALUE.shape) < 0.5
    masked = plan_contacts(VALUE, COST, eligible=eligible, **LIMITS)
    missing = plan_contacts(np.where(eligible, VALUE, np.nan), COST, **LIMITS)
    assert masked.choice.tolist() == missing.choice.tolist()
    reached = np.flatnonzero(masked.choice >= 0)
    assert eligible[reached, masked.choice[reached]].all()


def test_memory_does_not_grow_with_the_people() -> None:
    """Beside the answer (one byte a person): the sample, those in doubt, a block at a time."""
    many = np.random.default_rng(1).lognormal(0, 1, (300_000, 8)).astype(np.float32)
    tracemalloc.start()
    plan_contacts(many, np.ones(8), budget=60_000, capacity={0: 24_000})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # One copy in double precision would be 19 MB. Measured 8 MB, at 400,000 people as at 800,000.
    assert peak < 12e6


def test_several_contacts_a_person_are_different_and_filled_from_the_left() -> None:
    plan = plan_contacts(VALUE, COST, per_person=2)
    assert plan.choice.shape == (500, 2)
    both = plan.choice[(plan.choice >= 0).all(axis=1)]
    assert (both[:, 0] < both[:, 1]).all()
    assert not ((plan.choice[:, 0] < 0) & (plan.choice[:, 1] >= 0)).any()
    assert plan_contacts(VALUE, COST, per_person=99).choice.shape == (500, 4)


def test_more_money_by_channel_and_all_figures_are_told() -> None:
    plan = plan_contacts(VALUE, COST, **LIMITS, channel_budget={"b": 15}, least={3: 10})
    assert list(plan.used) == ["budget", "budget of b", "capacity of a", "capacity of b", "least of 3"]
    spent = plan.contacts * COST
    assert plan.used["budget of b"] == pytest.approx(spent[2] + spent[3])
    assert plan.used["budget of b"] <= 15
    assert plan.used["least of 3"] >= plan.limits["least of 3"] == 10
    assert plan.cost == pytest.approx(spent.sum())
    reached = np.flatnonzero(plan.choice >= 0)
    gross = VALUE[reached, plan.choice[reached]].sum()
    assert plan.value == pytest.approx(gross - plan.cost)


IMPOSSIBLE: dict[str, tuple[dict[str, Any], float]] = {
    "budget": ({"least": {2: 100}}, 40),
    "capacity": ({"least": {2: 30, 3: 20}}, 10),
    "eligible": ({"least": {0: 100}, "eligible": np.arange(500)[:, np.newaxis] < np.array([60, 500, 500, 500])}, 40),
    "per_person": ({"least": [300, 300, 0, 0], "budget": None, "capacity": {}}, 100),
    "least": (
        {"least": {0: 60, 1: 50}, "eligible": np.arange(500)[:, np.newaxis] < np.array([80, 80, 500, 500])},
        30,
    ),
}


@pytest.mark.parametrize("code", IMPOSSIBLE)
def test_limits_that_contradict_each_other_are_named_with_what_is_missing(code: str) -> None:
    changes, shortage = IMPOSSIBLE[code]
    with pytest.raises(ImpossibleLimits, match=r"Lower (a|the) least") as refused:
        plan_contacts(VALUE, COST, **{**LIMITS, **changes})
    assert refused.value.code == code
    assert refused.value.details["shortage"] == pytest.approx(shortage)


WRONG: dict[str, dict[str, Any]] = {
    "value": {"value": np.where(VALUE > 5, np.inf, VALUE)},
    "cost": {"cost": [-1, 1, 1, 1]},
    "budget": {"budget": -1},
    "channel": {"channel": ["a", "b"]},
    "capacity": {"capacity": {"fax": 1}},
    "least": {"least": {9: 1}},
    "per_person": {"per_person": 0},
    "eligible": {"eligible": np.ones((3, 4), dtype=bool)},
    "method": {"method": "magic"},
}


@pytest.mark.parametrize("code", WRONG)
def test_what_cannot_be_planned_with_is_refused_in_words(code: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        plan_contacts(**{"value": VALUE, "cost": COST, **LIMITS, **WRONG[code]})
    assert refused.value.code == code


@pytest.mark.parametrize("value", [np.empty((0, 2)), np.empty((3, 0)), np.ones(3)])
def test_nobody_and_nothing_are_refused(value: np.ndarray) -> None:
    with pytest.raises(InvalidSetting, match="value"):
        plan_contacts(value, np.ones(value.shape[-1]))


@pytest.mark.parametrize("cost", [[math.nan, 1.0, 1, 1], [math.inf, 1.0, 1, 1]])
def test_a_cost_that_is_not_known_is_refused(cost: list[float]) -> None:
    with pytest.raises(InvalidSetting, match="cost"):
        plan_contacts(VALUE, cost)


def test_blocks_of_the_wrong_shape_are_refused() -> None:
    with pytest.raises(InvalidSetting, match="block"):
        plan_contacts(lambda: iter([VALUE[:, :3]]), COST)


@pytest.mark.parametrize("nobody_eligible", [np.full((1, 1), np.nan), np.full((5, 2), np.nan)])
def test_when_nobody_is_eligible_nobody_is_contacted(nobody_eligible: np.ndarray) -> None:
    plan = plan_contacts(nobody_eligible, np.ones(nobody_eligible.shape[1]), budget=3)
    assert (plan.choice == -1).all()
    assert (plan.value, plan.gap) == (0, 0)


def test_one_person_and_one_option() -> None:
    assert plan_contacts([[3.0]], [1.0], budget=1).choice.tolist() == [0]
    assert plan_contacts([[3.0]], [1.0], budget=0.5).choice.tolist() == [-1]


def test_decimal_figures_that_add_up_keep_a_budget() -> None:
    """Thirty times .1 is 3.0000000000000004 in floating point."""
    assert plan_contacts(np.ones((40, 1)), [0.1], budget=3).contacts.tolist() == [30]


@pytest.mark.parametrize(
    ("code", "tamper"),
    [
        ("limit", lambda plan: np.where(plan.choice < 0, 0, plan.choice)),
        ("option", lambda plan: np.where(plan.choice < 0, 9, plan.choice)),
        ("value", lambda plan: np.where(plan.choice == plan.choice.max(), -1, plan.choice)),
    ],
)
def test_the_check_finds_a_plan_that_was_tampered_with(code: str, tamper: Any) -> None:
    plan = plan_contacts(VALUE, COST, **LIMITS)
    plan.check()
    with pytest.raises(BrokenPlan) as found:
        dataclasses.replace(plan, choice=tamper(plan)).check()
    assert found.value.code == code


@pytest.mark.parametrize("page", ["allocation", "contact-plan"])
def test_the_examples_of_its_pages_run(page: str) -> None:
    path = Path(__file__).parents[3] / "docs" / "models" / f"{page}.md"
    if not path.exists():
        pytest.skip("The pages are part of the repository, not of this package.")
    ran = doctest.testfile(str(path), module_relative=False, encoding="utf-8")
    assert (ran.attempted > 3, ran.failed) == (True, 0)


PART = {"people": 10.0, "worth": 5.0, "reach": 0.5, "steepness": 0.1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": 0},
        {"reach": 1.1},
        {"reach": -0.1},
        {"steepness": -1},
        {"worth": math.nan},
        {"least_spend": 9, "most_spend": 1},
    ],
)
def test_a_segment_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidSetting):
        Segment(**{**PART, **wrong})


def test_a_budget_that_cannot_be_kept_is_refused() -> None:
    forced = [Segment(**PART, least_spend=3)]
    with pytest.raises(ImpossibleLimits, match=r"10\.00 more") as refused:
        allocate_budget(forced, budget=20)
    assert refused.value.details["shortage"] == 10
    for call in (
        lambda: allocate_budget([], budget=1),
        lambda: allocate_budget(forced, budget=math.nan),
        lambda: budget_frontier(forced, [40, 20]),
        lambda: split_ranges(forced, budget=40),
        lambda: split_ranges(forced, budget=40, worth=[[1.0, 2.0]]),
        lambda: split_ranges(forced, budget=40, worth=[[1.0]], fixed=[9]),
    ):
        with pytest.raises(AnalyticsError):
            call()
