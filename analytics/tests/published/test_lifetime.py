"""Numbers printed in the papers of the three lifetime models, on CDNOW."""

from __future__ import annotations

import numpy as np
import pytest
from fleuve_analytics import BetaGeometric, ModifiedBetaGeometric, ParetoNBD, purchase_table
from fleuve_analytics.backtest import area_under_curve, judge_list
from fleuve_analytics.datasets import cdnow_purchases
from fleuve_analytics.history import PurchaseTable, SplitTable

# The papers print three decimals for parameters; four independent programs agree on the digits used here.
PRINTED = 2e-5


def test_beta_geometric_as_in_table_2_of_fader_hardie_and_lee_2005(cdnow: PurchaseTable) -> None:
    fitted = BetaGeometric().fit(cdnow.frequency, cdnow.recency, cdnow.age)
    expected = {"r": 0.2425945, "alpha": 4.413602, "a": 0.7929199, "b": 2.425888}
    assert fitted.parameters == pytest.approx(expected, rel=PRINTED)
    assert {name: round(value, 3) for name, value in fitted.parameters.items()} == {
        "r": 0.243,
        "alpha": 4.414,
        "a": 0.793,
        "b": 2.426,
    }
    assert fitted.log_likelihood == pytest.approx(-9582.4292, abs=5e-5)
    assert fitted.n == 2357


def test_beta_geometric_predicts_1_226_purchases_for_the_customer_of_the_paper(cdnow: PurchaseTable) -> None:
    fitted = BetaGeometric().fit(cdnow.frequency, cdnow.recency, cdnow.age)
    assert fitted.expected_purchases(39, 2, 30.43, 38.86) == pytest.approx(1.226, abs=5e-4)
    assert fitted.probability_alive(2, 30.43, 38.86) == pytest.approx(0.7266, abs=5e-5)


def test_a_frequent_recent_customer_over_the_next_year(cdnow: PurchaseTable) -> None:
    """x 26, t_x 216 days (printed as 30.86 weeks), T 31 weeks, next 52 weeks; and a new customer."""
    data = cdnow.frequency, cdnow.recency, cdnow.age
    geometric, pareto = BetaGeometric().fit(*data), ParetoNBD().fit(*data)
    customer = 26, 216 / 7, 31
    # These were printed from parameters rounded at the fifth digit.
    assert pareto.expected_purchases(52, *customer) == pytest.approx(25.45647, rel=1e-4)
    assert pareto.probability_alive(*customer) == pytest.approx(0.997874, abs=2e-6)
    assert geometric.expected_purchases(52, *customer) == pytest.approx(25.75659, rel=1e-4)
    assert geometric.probability_alive(*customer) == pytest.approx(0.9688523, abs=2e-5)
    assert pareto.expected_purchases_new(52) == pytest.approx(1.473434, rel=1e-4)
    assert geometric.expected_purchases_new(52) == pytest.approx(1.444004, rel=1e-4)


def test_pareto_nbd_as_in_the_literature(cdnow: PurchaseTable) -> None:
    """Parameters printed by Fader, Hardie & Lee (2005), table 2; β is flat from 11.656 to 11.672."""
    fitted = ParetoNBD().fit(cdnow.frequency, cdnow.recency, cdnow.age)
    assert round(fitted.r, 3) == 0.553
    assert round(fitted.alpha, 3) == 10.578
    assert round(fitted.s, 3) == 0.606
    assert 11.656 < fitted.beta < 11.672
    assert fitted.log_likelihood == pytest.approx(-9594.976, abs=5e-4)


def test_modified_beta_geometric_on_the_same_customers(cdnow: PurchaseTable) -> None:
    fitted = ModifiedBetaGeometric().fit(cdnow.frequency, cdnow.recency, cdnow.age)
    # The numbers to match come from a search that stopped earlier: half a ten-thousandth away along the flattest
    # direction (a and b together), where the log-likelihood agrees to all printed digits.
    assert list(fitted.parameters.values()) == pytest.approx([0.524844, 6.18309, 0.891388, 1.61405], rel=5e-5)
    assert fitted.log_likelihood == pytest.approx(-9582.1357, abs=5e-4)


def test_all_23_570_customers(online: PurchaseTable) -> None:
    fitted = BetaGeometric().fit(online.frequency, online.recency, online.age)
    assert list(fitted.parameters.values()) == pytest.approx([0.25162, 4.78894, 0.72343, 2.16109], rel=PRINTED)
    assert fitted.log_likelihood == pytest.approx(-95368.444, abs=5e-4)


@pytest.fixture(scope="module")
def online(cdnow: PurchaseTable) -> PurchaseTable:
    return purchase_table(cdnow_purchases(), customer="customer_id", at="date", spend="dollars", until=cdnow.until)


def test_the_hold_out_of_the_papers(cdnow_halves: SplitTable) -> None:
    """39 weeks on: 1,882 purchase days by 684 customers; the model says 1,653 and orders people as stated."""
    halves = cdnow_halves
    data = halves.frequency, halves.recency, halves.age
    fitted = BetaGeometric().fit(*data)
    expected = fitted.expected_purchases(halves.horizon, *data)
    buys = halves.holdout_frequency > 0
    assert halves.horizon == 39
    assert (halves.holdout_frequency.sum(), buys.sum()) == (1882, 684)
    assert expected.sum() == pytest.approx(1653, abs=0.5)
    assert area_under_curve(expected, buys) == pytest.approx(0.7725, abs=5e-5)


def test_the_alert_among_repeat_buyers_of_the_papers(cdnow_halves: SplitTable) -> None:
    """P(alive) below one half: 393 alerts, right in 64.6 % where chance alone gives 48.1 %."""
    halves = cdnow_halves
    data = halves.frequency, halves.recency, halves.age
    repeat = halves.frequency > 0
    alive = BetaGeometric().fit(*data).probability_alive(*data)[repeat]
    silent = halves.holdout_frequency[repeat] == 0
    alerts = int((alive < 0.5).sum())
    judged = judge_list(-alive, silent, np.ones(alive.size), alerts)
    assert alerts == 393
    assert judged.precision == pytest.approx(0.646, abs=5e-4)
    assert judged.base_rate == pytest.approx(0.481, abs=5e-4)
    assert area_under_curve(alive, ~silent) == pytest.approx(0.698, abs=5e-4)
