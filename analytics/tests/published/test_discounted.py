"""Discounted purchases to come, and estimates from rounded figures, as printed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fleuve_analytics import BetaGeometric, ParetoNBD, purchase_table
from fleuve_analytics.datasets import cdnow_sample_purchases
from fleuve_analytics.history import PurchaseTable
from fleuve_analytics.lifetime import FittedParetoNBD, delta_interval

# Fitted on all 78 weeks of CDNOW's sample.
SEVENTY_EIGHT_WEEKS = FittedParetoNBD.of(r=0.56300, alpha=12.5592, s=0.40811, beta=10.5146)


def test_seven_purchases_in_78_weeks_are_worth_2_0746_more() -> None:
    """DERT at 15 % a year, equation 2 of Fader, Hardie & Lee (2005), "RFM and CLV: Using Iso-Value Curves"."""
    found = SEVENTY_EIGHT_WEEKS.expected_discounted_purchases(0.0027, 7, 35.71, 77.86)
    assert found == pytest.approx(2.0746, abs=5e-5)


def test_the_78_weeks_behind_it() -> None:
    whole = purchase_table(
        cdnow_sample_purchases(), customer="customer_id", at="date", spend="dollars", until=date(1998, 6, 30)
    )
    fitted = ParetoNBD().fit(whole.frequency, whole.recency, whole.age)
    assert list(fitted.parameters.values()) == pytest.approx([0.56300, 12.5592, 0.40811, 10.5146], rel=1e-4)


def test_the_likelihood_of_figures_rounded_to_two_decimals(shared_data: Path) -> None:
    """The summary that the papers' authors published: x, t_x and T in weeks with two decimals."""
    rows = pq.read_table(shared_data / "cdnow_sample_summary_weeks.parquet").to_pydict()
    fitted = BetaGeometric().fit(rows["frequency"], rows["recency"], rows["T"])
    assert fitted.log_likelihood == pytest.approx(-9582.4256, abs=5e-5)
    assert fitted.n == 2357


def test_the_spread_of_leaving_rates_is_hardly_known(cdnow: PurchaseTable) -> None:
    """β from 11.656 to 11.672 has the same log-likelihood to three decimals; its interval far wider."""
    fitted = ParetoNBD().fit(cdnow.frequency, cdnow.recency, cdnow.age)
    beta = delta_interval(fitted, lambda one: one.beta)
    assert beta.low < 5
    assert beta.high > 25
    total = delta_interval(fitted, lambda one: one.expected_purchases_new(39))
    assert total.high / total.low < 1.25
