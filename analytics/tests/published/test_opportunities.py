"""Numbers printed for BG/BB on the donations of its paper, and for NBD on CDNOW."""

from __future__ import annotations

import numpy as np
import pytest
from fleuve_analytics import BetaGeometricBetaBernoulli, NegativeBinomial
from fleuve_analytics.datasets import donations
from fleuve_analytics.history import PurchaseTable
from fleuve_analytics.lifetime import FittedBetaGeometricBetaBernoulli


@pytest.fixture(scope="module")
def fitted() -> FittedBetaGeometricBetaBernoulli:
    given = donations()
    return BetaGeometricBetaBernoulli().fit(given.frequency, given.recency, given.opportunities, given.donors)


def test_parameters_as_printed_by_fader_hardie_and_shang_2010(fitted: FittedBetaGeometricBetaBernoulli) -> None:
    assert {name: round(value, 3) for name, value in fitted.parameters.items()} == {
        "alpha": 1.204,
        "beta": 0.750,
        "gamma": 0.657,
        "delta": 2.783,
    }
    assert fitted.log_likelihood == pytest.approx(-33225.6, abs=0.05)
    assert fitted.n == 11_104


def test_chances_of_being_a_donor_in_2002_as_in_table_6(fitted: FittedBetaGeometricBetaBernoulli) -> None:
    """No repeat donation; two, the last in 1999; six, the last in 2001."""
    chances = fitted.probability_alive_at(1, [0, 2, 6], [0, 4, 6], 6)
    assert np.round(chances, 2).tolist() == [0.11, 0.59, 0.93]


def test_totals_of_hardies_worksheet(fitted: FittedBetaGeometricBetaBernoulli) -> None:
    """BG/BB worksheet of B. Hardie (2011), printed to one decimal: donors by number of repeat donations in six years,
    and donations expected from all in the next five.
    """
    given = donations()
    people = fitted.probability_of_purchases_new([0, 6], 6) * fitted.n
    assert np.round(people, 1).tolist() == [3454.9, 1253.1]
    coming = fitted.expected_purchases(5, given.frequency, given.recency, given.opportunities) @ given.donors
    assert coming == pytest.approx(12_884.2, abs=0.05)


def test_predictions_for_single_donors(fitted: FittedBetaGeometricBetaBernoulli) -> None:
    """Printed in the walk-through of the R package BTYD (2012), from parameters that a search left at the fifth digit:
    ten years of a new donor, and ten more years of two others.
    """
    assert fitted.expected_purchases_new(10) == pytest.approx(3.179895, rel=5e-5)
    assert fitted.expected_purchases(10, 0, 0, 6) == pytest.approx(0.1302169, rel=5e-5)
    assert fitted.expected_purchases(10, 4, 5, 6) == pytest.approx(3.627858, rel=5e-5)


def test_nbd_on_cdnow(cdnow: PurchaseTable) -> None:
    """Parameters on which independent programs agree; the log-likelihood counts the times of purchases."""
    fitted = NegativeBinomial().fit(cdnow.frequency, cdnow.recency, cdnow.age)
    assert list(fitted.parameters.values()) == pytest.approx([0.384766, 12.072], rel=5e-6)
    assert fitted.log_likelihood == pytest.approx(-9763.658, abs=5e-4)
