"""Allocation: the worked budget over three segments, and knapsacks from the literature."""

from __future__ import annotations

import numpy as np
import pytest
from fleuve_analytics import Response, Segment, allocate_budget, budget_frontier, plan_contacts

SEGMENTS = [Segment(1000, 200, 0.30, 0.10), Segment(2000, 100, 0.20, 0.05), Segment(500, 60, 0.50, 0.20)]


def test_it_finds_the_free_optimum_of_the_worked_example() -> None:
    free = allocate_budget(SEGMENTS)
    # Printed to six and two decimals: half a unit of the last one.
    assert free.spend_per_person == pytest.approx([17.917595, 0, 8.958797], abs=5e-7)
    assert free.total_spend == pytest.approx(22_396.99, abs=0.005)
    assert free.total_value == pytest.approx(40_103.01, abs=0.005)
    assert (free.shadow_price, free.free_value) == (0, free.total_value)


def test_it_finds_the_split_of_twenty_thousand() -> None:
    split = allocate_budget(SEGMENTS, budget=20_000)
    assert split.spend_per_person == pytest.approx([16, 0, 8], abs=1e-10)
    assert split.total_value == pytest.approx(39_857.76, abs=0.005)
    assert split.shadow_price == pytest.approx(0.211379, abs=5e-7)
    # The gross return of the next euro is the same wherever money goes; elsewhere the first euro returns less.
    assert split.marginal_return[[0, 2]] == pytest.approx(1.211379, abs=5e-7)
    assert split.marginal_return[1] < 1.211379


def test_a_managers_answers_describe_the_same_segment() -> None:
    answers = Response(spend=8, rate=0.30 * -np.expm1(-0.8), ceiling=0.30)
    described = [Segment.answering(1000, 200, answers), *SEGMENTS[1:]]
    assert allocate_budget(described, budget=20_000).spend_per_person == pytest.approx([16, 0, 8], abs=1e-9)


def test_the_frontier_goes_through_the_worked_example() -> None:
    frontier = budget_frontier(SEGMENTS, [0, 20_000, 30_000])
    assert frontier.value == pytest.approx([0, 39_857.76, 40_103.01], abs=0.005)
    assert frontier.shadow_price == pytest.approx([5, 0.211379, 0], abs=5e-7)


KNAPSACKS = {
    "Martello & Toth (1990), example 2.1": (
        (15, 100, 90, 60, 40, 15, 10, 1),
        (2, 20, 20, 30, 40, 30, 60, 10),
        102,
        "11110100",
    ),
    "Burkardt, KNAPSACK_01, P01": (
        (92, 57, 49, 68, 60, 43, 67, 84, 87, 72),
        (23, 31, 29, 44, 53, 38, 63, 85, 89, 82),
        165,
        "1111010000",
    ),
    "Kreher & Stinson (1999), P07 of KNAPSACK_01": (
        (135, 139, 149, 150, 156, 163, 173, 184, 192, 201, 210, 214, 221, 229, 240),
        (70, 73, 77, 80, 82, 87, 90, 94, 98, 106, 110, 113, 115, 118, 120),
        750,
        "101010111000011",
    ),
}


@pytest.mark.parametrize("source", KNAPSACKS)
def test_a_knapsack_is_a_plan_with_one_option_and_a_budget(source: str) -> None:
    """People are the items, costs their weights; net of cost each is worth its profit. Optima 280, 309 and 1458."""
    profit, weight, room, packed = KNAPSACKS[source]
    cost = np.array(weight, dtype=float)[:, np.newaxis]
    plan = plan_contacts(np.array(profit)[:, np.newaxis] + cost, cost, budget=room, method="exact")
    assert "".join("1" if option == 0 else "0" for option in plan.choice) == packed
    assert plan.value == sum(p for p, one in zip(profit, packed, strict=True) if one == "1")
    # Whole profits: a bound less than one above the value proves it.
    assert plan.bound < plan.value + 1


def test_the_price_bound_of_a_knapsack_is_dantzigs() -> None:
    """Martello & Toth (1990), example 2.1: items 1 to 4 and three quarters of item 5, worth 265 + 30."""
    profit, weight, room, _ = KNAPSACKS["Martello & Toth (1990), example 2.1"]
    cost = np.array(weight, dtype=float)[:, np.newaxis]
    plan = plan_contacts(np.array(profit)[:, np.newaxis] + cost, cost, budget=room, method="prices")
    assert plan.price_bound == pytest.approx(295, rel=1e-9)
    assert plan.shadow_prices == pytest.approx({"budget": 40 / 40})
