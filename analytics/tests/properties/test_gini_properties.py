"""What an order of customers by expected value must and must not depend on."""

from __future__ import annotations

import numpy as np
import pytest
from fleuve_analytics.backtest import area_under_curve, normalised_gini
from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from hypothesis import given
from hypothesis import strategies as st

money = st.lists(st.integers(0, 1000), min_size=2, max_size=30).filter(lambda values: len(set(values)) > 1)


@given(money)
def test_knowing_what_comes_is_one_and_the_reverse_minus_one(came: list[int]) -> None:
    assert normalised_gini(came, came) == pytest.approx(1)
    assert normalised_gini(-np.array(came), came) == pytest.approx(-1)
    assert normalised_gini(np.zeros(len(came)), came) == pytest.approx(0, abs=1e-12)


@given(money)
def test_only_the_order_of_scores_counts(came: list[int]) -> None:
    score = np.random.default_rng(len(came)).integers(0, 5, len(came))
    assert normalised_gini(score * 3.0 + 7, came) == pytest.approx(normalised_gini(np.exp(score), came))
    turned = np.random.default_rng(1).permutation(len(came))
    assert normalised_gini(score[turned], np.array(came)[turned]) == pytest.approx(normalised_gini(score, came))


@given(st.lists(st.booleans(), min_size=2, max_size=40).filter(lambda values: len(set(values)) == 2))
def test_for_yes_or_no_it_is_twice_the_area_under_the_curve_less_one(happened: list[bool]) -> None:
    score = np.random.default_rng(sum(happened)).integers(0, 6, len(happened))
    area = area_under_curve(score, np.array(happened))
    assert normalised_gini(score, np.array(happened, dtype=float)) == pytest.approx(2 * area - 1)


def test_it_refuses_what_no_order_can_be_judged_by() -> None:
    with pytest.raises(NotEnoughData, match="order"):
        normalised_gini([1, 2], [5, 5])
    with pytest.raises(InvalidSetting, match="negative"):
        normalised_gini([1, 2], [5, -5])
