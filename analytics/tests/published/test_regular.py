"""Regular buyers with k = 1 are the random buyers of the printed tables; and CDNOW's customers are such."""

from __future__ import annotations

from typing import Any

import pytest
from fleuve_analytics import (
    BetaGeometric,
    BetaGeometricRegular,
    ModifiedBetaGeometric,
    ModifiedBetaGeometricRegular,
    purchase_table,
)
from fleuve_analytics.datasets import cdnow_sample_purchases
from fleuve_analytics.history import PurchaseTable

PAIRS = [(BetaGeometricRegular, BetaGeometric()), (ModifiedBetaGeometricRegular, ModifiedBetaGeometric())]


@pytest.fixture(scope="module")
def spaced(cdnow: PurchaseTable) -> PurchaseTable:
    return purchase_table(
        cdnow_sample_purchases(), customer="customer_id", at="date", spend="dollars", until=cdnow.until, gaps=True
    )


def test_k_of_one_is_table_2_of_fader_hardie_and_lee_2005(spaced: PurchaseTable) -> None:
    fitted = BetaGeometricRegular(k=1).fit(spaced.frequency, spaced.recency, spaced.age, spaced.log_gaps)
    assert [round(value, 3) for value in fitted.parameters.values()] == [0.243, 4.414, 0.793, 2.426]
    assert fitted.log_likelihood == pytest.approx(-9582.4292, abs=5e-5)


@pytest.mark.parametrize(("regular", "random"), PAIRS, ids=["BG", "MBG"])
def test_k_of_one_is_the_random_buyer(regular: Any, random: Any, spaced: PurchaseTable) -> None:
    histories = spaced.frequency, spaced.recency, spaced.age
    one, other = regular(k=1).fit(*histories), random.fit(*histories)
    # The same formulas in another order of additions.
    assert one.parameters == pytest.approx(other.parameters, rel=1e-11)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-13)
    assert one.expected_purchases(39, *histories) == pytest.approx(other.expected_purchases(39, *histories), rel=1e-11)


@pytest.mark.parametrize(("regular", "random"), PAIRS, ids=["BG", "MBG"])
def test_cdnow_customers_buy_at_random_as_reutterer_platzer_and_schroder_2021_say(
    regular: Any, random: Any, spaced: PurchaseTable
) -> None:
    found = regular().fit(spaced.frequency, spaced.recency, spaced.age, spaced.log_gaps)
    assert found.k == 1
    assert found.log_likelihood == pytest.approx(
        random.fit(spaced.frequency, spaced.recency, spaced.age).log_likelihood, rel=1e-13
    )
