"""Numbers of the customer equity test: Blattberg & Deighton (1996), Gupta & Lehmann (2003), and computed from them."""

from __future__ import annotations

import pytest
from fleuve_analytics.equity import (
    Response,
    evaluate_budgets,
    least_spend_for_retention,
    margin_multiple,
    optimal_budgets,
    payback_period,
)

ACQUISITION = Response(spend=1, rate=0.04, ceiling=0.10)
RETENTION = Response(spend=8, rate=0.60, ceiling=0.80)


def test_the_three_answers_give_the_steepness() -> None:
    assert ACQUISITION.steepness == pytest.approx(0.510825624, rel=1e-8)
    assert RETENTION.steepness == pytest.approx(0.173286795, rel=1e-8)


def test_it_finds_the_best_budgets_of_the_worked_example() -> None:
    best = optimal_budgets(margin=50, discount_rate=0.10, acquisition=ACQUISITION, retention=RETENTION)
    assert best.today.lifetime_value == pytest.approx(94.00)
    assert best.today.equity_per_prospect == pytest.approx(2.76)
    # Printed to six decimals: half a unit of the last one.
    assert best.retention_spend == pytest.approx(15.797643, abs=5e-7)
    assert best.retention_rate == pytest.approx(0.748216, abs=5e-7)
    assert best.lifetime_value == pytest.approx(111.438591, abs=5e-7)
    assert best.acquisition_spend == pytest.approx(3.404609, abs=5e-7)
    assert best.acquisition_rate == pytest.approx(0.082433, abs=5e-7)
    assert best.equity_per_prospect == pytest.approx(5.781635, abs=5e-7)


@pytest.mark.parametrize(
    ("acquisition", "retention", "equity"), [((20, 0.2), (30, 0.6), 56.00), ((30, 0.3), (20, 0.5), 70.00)]
)
def test_of_two_scenarios_the_second_is_worth_more(
    acquisition: tuple[float, float], retention: tuple[float, float], equity: float
) -> None:
    budget = evaluate_budgets(
        margin=200,
        discount_rate=0.10,
        acquisition=Response(*acquisition, ceiling=0.9),
        retention=Response(*retention, ceiling=0.9),
        acquisition_spend=acquisition[0],
        retention_spend=retention[0],
    )
    assert budget.equity_per_prospect == pytest.approx(equity)


def test_the_least_spend_for_half_of_the_customers_to_stay() -> None:
    assert least_spend_for_retention(0.50, RETENTION) == pytest.approx(5.660150, abs=5e-7)


def test_no_spend_reaches_the_ceiling() -> None:
    assert least_spend_for_retention(0.80, RETENTION) is None


@pytest.mark.parametrize(
    ("cost", "periods"), [(20, 0), (20.01, 1), (34.5454, 1), (45, 2), (45.13, 3), (73.33, 31), (73.34, None)]
)
def test_cost_is_repaid_once_the_discounted_margins_reach_it(cost: float, periods: int | None) -> None:
    """Cumulative 20.00, 34.55, 45.12, …, 73.33: a cost above the infinite sum is never repaid."""
    assert payback_period(cost, margin=20, retention=0.8, discount_rate=0.10) == periods


MULTIPLES = {
    0.10: (1.20, 1.75, 2.67, 4.50),
    0.12: (1.15, 1.67, 2.50, 4.09),
    0.14: (1.11, 1.59, 2.35, 3.75),
    0.16: (1.07, 1.52, 2.22, 3.46),
}


@pytest.mark.parametrize("interest", MULTIPLES)
def test_margin_multiples_as_printed(interest: float) -> None:
    """Gupta & Lehmann (2003), table 2."""
    assert margin_multiple([0.60, 0.70, 0.80, 0.90], interest) == pytest.approx(MULTIPLES[interest], abs=0.005)


def test_a_margin_of_fifteen_is_worth_seventeen() -> None:
    assert 15 * margin_multiple(0.6, 0.12) == pytest.approx(17.3077, abs=5e-5)


def test_retention_moves_value_more_than_margin_and_margin_more_than_acquisition_cost() -> None:
    """Elasticity order of Gupta & Lehmann: one per cent better retention, margin, cost."""
    value = 100 * margin_multiple(0.8, 0.12) - 40
    retention = 100 * margin_multiple(0.808, 0.12) - 40 - value
    margin = 101 * margin_multiple(0.8, 0.12) - 40 - value
    assert retention > margin > 0.40
