"""Numbers of Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value", on CDNOW."""

from __future__ import annotations

import pytest
from fleuve_analytics import GammaGamma, purchase_table
from fleuve_analytics.datasets import cdnow_purchases
from fleuve_analytics.history import PurchaseTable


def test_the_946_repeat_buyers_of_the_note(cdnow: PurchaseTable) -> None:
    fitted = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend)
    assert fitted.n == 946
    assert round(fitted.p, 2) == 6.25
    assert round(fitted.q, 2) == 3.74
    assert round(fitted.gamma, 2) == 15.44
    assert fitted.log_likelihood == pytest.approx(-4055.918, abs=5e-4)


def test_an_average_of_35_over_three_purchases_is_drawn_towards_the_crowd(cdnow: PurchaseTable) -> None:
    fitted = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend)
    assert fitted.expected_spend(3, 35) == pytest.approx(35.02177, rel=1e-6)


def test_all_repeat_buyers_who_paid(cdnow: PurchaseTable) -> None:
    """One customer of the full list got everything free, which no model of spends can take."""
    everyone = purchase_table(cdnow_purchases(), customer="customer_id", at="date", spend="dollars", until=cdnow.until)
    paid = everyone.mean_spend > 0
    fitted = GammaGamma().fit(everyone.frequency[paid], everyone.mean_spend[paid])
    assert list(fitted.parameters.values()) == pytest.approx([6.27536, 3.62445, 14.98369], rel=2e-5)
    assert fitted.log_likelihood == pytest.approx(-40763.476, abs=5e-4)
