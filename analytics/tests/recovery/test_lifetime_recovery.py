"""A planted truth is found again: people live through their purchases one by one, the models look at the trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import BetaGeometric, ModifiedBetaGeometric, ParetoNBD
from fleuve_analytics.backtest import calibration_by_group
from fleuve_analytics.simulate import (
    SimulatedCustomers,
    simulate_beta_geometric,
    simulate_modified_beta_geometric,
    simulate_pareto_nbd,
)

HORIZON = 26.0
PEOPLE = 12_000
GEOMETRIC = {"r": 0.6, "alpha": 6.0, "a": 0.9, "b": 2.0}
PARETO = {"r": 0.6, "alpha": 10.0, "s": 0.7, "beta": 12.0}


@dataclass(frozen=True)
class World:
    """People, the truth behind them, and the model that was fitted on their trace."""

    truth: dict[str, float]
    people: SimulatedCustomers
    fitted: Any

    @property
    def histories(self) -> tuple[Any, Any, Any]:
        return self.people.frequency, self.people.recency, self.people.age


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((BetaGeometric(), simulate_beta_geometric, GEOMETRIC), id="BetaGeometric"),
        pytest.param(
            (ModifiedBetaGeometric(), simulate_modified_beta_geometric, GEOMETRIC), id="ModifiedBetaGeometric"
        ),
        pytest.param((ParetoNBD(), simulate_pareto_nbd, PARETO), id="ParetoNBD"),
    ],
)
def world(request: pytest.FixtureRequest) -> World:
    model, simulate, truth = request.param
    rng = np.random.default_rng(20_240_131)
    # Whole days: as in life, and many people share a history, which is quicker.
    people = simulate(rng.integers(140, 420, PEOPLE) / 7, HORIZON, **truth, rng=rng)
    return World(truth, people, model.fit(people.frequency, people.recency, people.age))


def test_the_parameters_are_found_within_their_standard_errors(world: World) -> None:
    """Four parameters times three models within 3.5 standard errors: one seed in two hundred would fail."""
    for name, value in world.truth.items():
        assert abs(world.fitted.parameters[name] - value) < 3.5 * world.fitted.standard_errors[name], name
        assert world.fitted.standard_errors[name] < 0.3 * value, name


def test_the_chance_of_being_a_customer_is_true_in_every_tenth(world: World) -> None:
    alive = world.fitted.probability_alive(*world.histories)
    for group in calibration_by_group(alive, world.people.alive):
        # 1,200 people a group: a share is known to 1.4 points; three and a half times that, over thirty groups.
        assert group.came == pytest.approx(group.predicted, abs=0.05)


def test_as_many_purchases_come_as_expected(world: World) -> None:
    expected = world.fitted.expected_purchases(HORIZON, *world.histories)
    # About 8,000 purchases in families of several each: the sum is known to 2 or 3 %.
    assert expected.sum() == pytest.approx(world.people.future.sum(), rel=0.07)


def test_counts_of_purchases_are_as_frequent_as_predicted(world: World) -> None:
    for count in (0, 1, 2, 5):
        chances = world.fitted.probability_of_purchases(count, HORIZON, *world.histories)
        spread = np.sqrt(np.sum(chances * (1 - chances)))
        # Four standard deviations, plus what so many people leave uncertain in the parameters themselves.
        assert abs(chances.sum() - (world.people.future == count).sum()) < 4 * spread + 0.005 * PEOPLE


def test_drawn_futures_follow_the_chances(world: World) -> None:
    customer = ([0, 3, 12], [0.0, 20.0, 38.0], [40.0, 40.0, 40.0])
    drawn = world.fitted.sample_future_purchases(HORIZON, *customer, 40_000, np.random.default_rng(5))
    assert drawn.shape == (3, 40_000)
    assert drawn.dtype == np.int64
    for count in (0, 1, 3):
        chance = world.fitted.probability_of_purchases(count, HORIZON, *customer)
        # A share over 40,000 draws is known to .0025; four of those.
        assert (drawn == count).mean(axis=1) == pytest.approx(chance, abs=0.01)
    assert drawn.mean(axis=1) == pytest.approx(world.fitted.expected_purchases(HORIZON, *customer), rel=0.04, abs=0.01)
