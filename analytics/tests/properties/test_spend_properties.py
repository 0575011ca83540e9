"""What must hold for every list of spends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fleuve_analytics import BetaGeometric, GammaGamma
from fleuve_analytics.backtest import JudgedTotal, judge_list, money_ranges, total_range
from fleuve_analytics.errors import InvalidSetting


def test_the_currency_only_scales_gamma_and_the_answers(cdnow: Any) -> None:
    one = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend)
    other = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend * 655.957)
    assert [other.p, other.q, other.gamma / 655.957] == pytest.approx([one.p, one.q, one.gamma], rel=1e-6)
    assert other.expected_spend(3, 35 * 655.957) == pytest.approx(655.957 * one.expected_spend(3, 35), rel=1e-6)


def test_row_order_and_repetition_change_nothing(cdnow: Any) -> None:
    order = np.random.default_rng(1).permutation(len(cdnow))
    one = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend)
    assert GammaGamma().fit(cdnow.frequency[order], cdnow.mean_spend[order]) == one
    twice = GammaGamma().fit(np.tile(cdnow.frequency, 2), np.tile(cdnow.mean_spend, 2))
    weighted = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend, np.full(len(cdnow), 2.0))
    assert weighted.parameters == pytest.approx(twice.parameters, rel=1e-6)


def test_expected_spend_lies_between_the_crowd_and_the_own_average_and_ends_at_the_latter(cdnow: Any) -> None:
    fitted = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend)
    expected = fitted.expected_spend([1, 5, 50, 1e6], 100)
    assert (np.diff(expected) > 0).all()
    assert expected[0] > fitted.population_mean
    assert expected[-1] == pytest.approx(100, rel=1e-4)


def test_ranges_are_the_same_for_the_same_seed_and_independent_of_who_else_is_asked(cdnow: Any) -> None:
    buying = BetaGeometric().fit(cdnow.frequency, cdnow.recency, cdnow.age)
    spend = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend)
    data = [part[cdnow.frequency > 0] for part in (cdnow.frequency, cdnow.recency, cdnow.age, cdnow.mean_spend)]
    first, again = (
        money_ranges(buying, spend, 39, *data, level=0.8, rng=np.random.default_rng(1)).high for _ in range(2)
    )
    assert (first == again).all()
    order = np.random.default_rng(2).permutation(len(data[0]))
    mixed = money_ranges(buying, spend, 39, *(p[order] for p in data), level=0.8, rng=np.random.default_rng(1)).high
    assert mixed == pytest.approx(first[order], rel=1e-12)


def test_the_range_of_a_total_is_as_wide_as_the_record_of_the_models(cdnow: Any) -> None:
    buying = BetaGeometric().fit(cdnow.frequency, cdnow.recency, cdnow.age)
    spend = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend)
    data = cdnow.frequency, cdnow.recency, cdnow.age, cdnow.mean_spend
    rng = np.random.default_rng(1)
    good = total_range(buying, spend, 39, *data, judged=[JudgedTotal(100, 100.1)], rng=rng)
    bad = total_range(buying, spend, 39, *data, judged=[JudgedTotal(100, 122)], rng=rng)
    assert good.low < good.likely < good.high
    assert not good.widened_by_backtest
    assert bad.widened_by_backtest
    assert [bad.low, bad.high] == pytest.approx([bad.likely / 1.22, bad.likely * 1.22])


def test_a_list_of_nobody_cannot_be_judged() -> None:
    with pytest.raises(InvalidSetting, match="list of 0"):
        judge_list([1, 2], [True, False], [1, 1], 0)
    judged = judge_list([3, 1, 2], [True, True, False], [10, 5, 1], 2)
    assert (judged.right, judged.precision, judged.share_of_money_caught) == (1, 0.5, 10 / 15)
