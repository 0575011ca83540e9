"""How early the best new customers of two real shops are known."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from fleuve_analytics.churn import EarlyAccuracy, early_table, early_value
from fleuve_analytics.datasets import cdnow_purchases


def measured(purchases: Any, horizon: int, until: date, **columns: Any) -> dict[int, EarlyAccuracy]:
    table = early_table(purchases, horizon_weeks=horizon, until=until, **columns)
    return {one.weeks: one for one in early_value(table, folds=5, rng=np.random.default_rng(1))}


def check(found: dict[int, EarlyAccuracy]) -> None:
    areas = [one.area_under_curve[0] for one in found.values()]
    # The longer one knows them, the better; shuffles of folds move an area by about .001.
    assert (np.diff(areas) > 0).all()
    for one in found.values():
        model, so_far, first_order = one.area_under_curve
        assert model > so_far - 0.004
        assert model > first_order
        assert one.lift[0] == pytest.approx(one.precision[0] / (one.best / one.customers))


def test_the_best_fifth_of_cdnow_is_told_at_775_after_a_week_and_at_955_after_half_a_year() -> None:
    found = measured(cdnow_purchases(), 52, date(1998, 6, 30), customer="customer_id", at="date", spend="dollars")
    assert found[1].customers == 23_570
    check(found)
    # Measured once, in five folds; 4,714 of the best: an area is known to .003.
    expected = {1: 0.775, 2: 0.795, 4: 0.831, 8: 0.873, 13: 0.909, 26: 0.955}
    assert {weeks: one.area_under_curve[0] for weeks, one in found.items()} == pytest.approx(expected, abs=0.004)
    # The value of the first order alone stays where it is.
    assert found[26].area_under_curve[2] == pytest.approx(0.753, abs=0.002)


def test_the_best_fifth_of_online_retail(online_retail_days: Any) -> None:
    """New from February 2011 on (earlier ones may be old customers), worth over 26 weeks."""
    found = measured(
        online_retail_days,
        26,
        date(2011, 12, 9),
        customer="customer",
        at="day",
        spend="spend",
        since=date(2011, 2, 1),
    )
    assert found[1].customers > 1_500
    check({weeks: one for weeks, one in found.items() if weeks < 26})
    assert found[4].area_under_curve[0] > 0.83
