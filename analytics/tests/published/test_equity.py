"""Printed or stated figures about customer equity: movement, elasticities, switching, referrals, campaigns."""

from __future__ import annotations

import pytest
from fleuve_analytics import (
    SwitchingMatrix,
    campaign_result,
    elasticities,
    movement_statement,
    referral_value,
)
from fleuve_analytics.equity import break_even_response

MATRIX = SwitchingMatrix(((0.7, 0.3), (0.5, 0.5)))


def test_lifetime_values_by_brand_of_rust_lemon_and_zeithaml() -> None:
    """Form of Rust, Lemon & Zeithaml (2004), equation 1, on a stated matrix: three purchases on, and for ever."""
    few = MATRIX.lifetime_values((1, 0), contribution=10, discount_rate=0.10, purchases=3)
    assert few == pytest.approx([26.371150, 8.497370], abs=5e-7)
    assert MATRIX.lifetime_values((1, 0), contribution=10, discount_rate=0.10) == pytest.approx(
        [73.333333, 36.666667], abs=5e-7
    )


def test_long_run_shares_of_the_matrix() -> None:
    assert MATRIX.steady_shares() == pytest.approx([0.625, 0.375])


def test_the_month_in_six_customers_closes_to_the_cent() -> None:
    """The worked table of docs/rules/bridge.md: Ada, Ben, Cleo, Dan, Eve and Fay."""
    statement = movement_statement(
        [0, 0, 40, 10_000, 8_000, 300],
        [5_000, 700, 3_000, 12_500, 6_200, 60],
        [5_100, 690, 3_050, 12_400, 6_150, 60],
        is_first_seen=[1, 1, 0, 0, 0, 0],
        was_already_there=[0, 1, 0, 0, 0, 0],
        was_lost=[0, 0, 1, 0, 0, 0],
        is_lost=[0, 0, 0, 0, 0, 1],
    )
    lines = (statement.new, statement.already_there, statement.won_back, statement.grown, statement.shrunk)
    assert lines == (5_000, 700, 2_960, 2_500, -1_800)
    assert (statement.lost, statement.method) == (-240, -10)
    assert (statement.opening, statement.closing, statement.missing) == (18_340, 27_450, 0)
    assert type(statement.closing) is int


def test_retention_moves_value_most_then_margin_then_acquisition_cost() -> None:
    """Gupta, Lehmann & Stuart (2004): 1 % of retention moves value by 3 to 7 %, of margin by about 1 %, of acquisition
    cost by .02 to .3 %, of the discount rate by .5 to 1.2 %."""
    found = elasticities(margin=100, retention=0.80, discount_rate=0.12, acquisition_cost=40)
    assert found.order == ("retention", "margin", "discount_rate", "acquisition_cost")
    assert 3 < found.retention.elasticity < 7
    assert found.margin.elasticity == pytest.approx(1.2, abs=0.2)
    assert 0.02 < -found.acquisition_cost.elasticity < 0.3
    assert found.retention.improvement > found.margin.improvement > found.acquisition_cost.improvement


def test_referral_value_of_kumar_petersen_and_leone() -> None:
    """Kumar, Petersen & Leone (2010), form: two who needed the referral, one who would have come anyway: 230."""
    worth = referral_value(
        margin=[100, 100, 0],
        referral_cost=[10, 10, 0],
        marketing_cost=[5, 5, 0],
        saved=20,
        needed_referral=[True, True, False],
    )
    assert worth == pytest.approx(230)


def test_a_contact_of_one_euro_needs_five_per_cent_at_a_margin_of_twenty() -> None:
    assert break_even_response(1, 20) == pytest.approx(0.05)


def test_a_gain_of_two_thousand_hides_a_loss_of_eight_thousand() -> None:
    """10,000 contacted at 1 €, response 6 % against 5 % of those left alone, margin 20."""
    result = campaign_result(
        contacted=10_000, orders=600, control=10_000, control_orders=500, contact_cost=1, margin=20
    )
    assert result.gross == pytest.approx(2_000)
    assert result.extra_orders.likely == pytest.approx(100)
    assert result.net.likely == pytest.approx(-8_000)
    assert result.net.high < 0
    assert result.break_even == pytest.approx(0.05)


def test_newcombes_interval_of_a_difference() -> None:
    """Newcombe (1998), table II, method 10: 56/70 against 48/80 gives .0524 to .3339."""
    result = campaign_result(contacted=70, orders=56, control=80, control_orders=48, contact_cost=0, margin=1)
    assert result.extra_response.likely == pytest.approx(0.2)
    assert result.extra_response.low == pytest.approx(0.0524, abs=5e-5)
    assert result.extra_response.high == pytest.approx(0.3339, abs=5e-5)
