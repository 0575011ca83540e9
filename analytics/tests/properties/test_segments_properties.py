"""Segments do not depend on order, units or names; bad figures are named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fleuve_analytics.errors import InvalidHistory, InvalidSetting, NotEnoughData
from fleuve_analytics.segmentation import (
    MixtureSegments,
    RateSegments,
    adjusted_rand,
    jaccard_by_segment,
    markov_check,
    quadrants,
    quantile_scores,
    response_by_cell,
    rfm_scores,
    segment_migration,
    segment_stability,
)
from fleuve_analytics.shares import share_interval
from hypothesis import given, settings
from hypothesis import strategies as some

groups = some.lists(some.integers(0, 4), min_size=2, max_size=30)


def blobs(count: int, seed: int = 1) -> Any:
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal([0, 0], 1, (count, 2)), rng.normal([6, 3], [1, 2], (count // 2, 2))])


def fitted(rows: Any, weights: Any = None, **options: Any) -> Any:
    return MixtureSegments(segments=2, starts=4, **options).fit(rows, weights, rng=np.random.default_rng(5))


@pytest.mark.parametrize("covariance", ["full", "diagonal"])
def test_the_order_of_rows_changes_nothing_and_weights_repeat_rows(covariance: Any) -> None:
    rows = blobs(80).round(1)
    order = np.random.default_rng(2).permutation(len(rows))
    first = fitted(rows, covariance=covariance)
    assert fitted(rows[order], covariance=covariance) == first
    weights = np.random.default_rng(3).integers(0, 3, len(rows))
    weighted, repeated = fitted(rows, weights), fitted(np.repeat(rows, weights, axis=0))
    assert weighted == repeated


def test_units_only_scale_what_bears_them() -> None:
    rows = blobs(100)
    first, other = fitted(rows), fitted(rows * [1000.0, 0.01] + [5.0, -2.0])
    assert other.proportions == pytest.approx(first.proportions, abs=1e-6)
    assert np.array(other.means) == pytest.approx(np.array(first.means) * [1000, 0.01] + [5, -2], rel=1e-5)
    assert other.log_likelihood == pytest.approx(first.log_likelihood - len(rows) * np.log(10), rel=1e-6)
    assert (other.assign(rows * [1000.0, 0.01] + [5.0, -2.0]) == first.assign(rows)).all()


def test_chances_sum_to_one_even_far_from_everybody() -> None:
    model = fitted(blobs(100))
    far = np.array([[1e6, -1e6], [0, 0], [-1e8, 1e8]])
    chances = model.probabilities(far)
    assert chances.sum(axis=1) == pytest.approx(1)
    assert np.isfinite(model.log_density(far)).all()


def test_a_crowd_of_equal_customers_does_not_become_a_segment_of_infinite_likelihood() -> None:
    rows = np.concatenate([np.zeros((200, 2)), blobs(100)])
    model = MixtureSegments(most=5, starts=3).fit(rows, rng=np.random.default_rng(1))
    assert np.isfinite(model.log_likelihood)
    assert all(np.linalg.eigvalsh(part).min() > 1e-4 for part in np.array(model.covariances))


FAULTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "features": ([[1.0, np.nan]] * 20, {}),
    "constant_feature": ([[1.0, place] for place in range(20)], {}),
    "criterion": ([[1.0, 2.0]] * 20, {"criterion": "luck"}),
    "segments": ([[1.0, 2.0]] * 20, {"segments": 0}),
    "starts": ([[1.0, 2.0]] * 20, {"starts": 0}),
    "covariance": ([[1.0, 2.0]] * 20, {"covariance": "round"}),
}


@pytest.mark.parametrize("code", FAULTS)
def test_what_no_mixture_can_take_is_named(code: str) -> None:
    rows, options = FAULTS[code]
    with pytest.raises(InvalidSetting) as refused:
        MixtureSegments(**options).fit(rows, rng=np.random.default_rng(1))
    assert refused.value.code == code


def test_too_few_customers_are_refused_in_words() -> None:
    with pytest.raises(NotEnoughData, match="longer"):
        MixtureSegments().fit([[1.0, 2.0], [2.0, 1.0]], rng=np.random.default_rng(1))
    with pytest.raises(NotEnoughData, match="longer"):
        RateSegments().fit([0, 0, 0], [1.0, 2.0, 3.0])
    with pytest.raises(InvalidHistory, match="purchase_table"):
        RateSegments().fit([1, 1.5], [1.0, 2.0])
    with pytest.raises(InvalidHistory) as refused:
        RateSegments().fit([1, 1, 1], [1.0, 2.0])
    assert refused.value.code == "lengths_differ"


def test_rates_scale_with_the_unit_of_time_and_weights_repeat_rows() -> None:
    rng = np.random.default_rng(4)
    time = rng.uniform(10, 50, 300).round()
    bought = rng.poisson(time * np.where(rng.random(300) < 0.7, 0.05, 0.8))
    weeks, days = RateSegments().fit(bought, time), RateSegments().fit(bought, time * 7)
    assert np.array(days.rates) * 7 == pytest.approx(weeks.rates, rel=1e-5)
    assert days.segments == weeks.segments == 2
    weights = rng.integers(0, 3, 300)
    repeated = RateSegments(segments=2).fit(np.repeat(bought, weights), np.repeat(time, weights))
    assert RateSegments(segments=2).fit(bought, time, weights) == repeated
    assert weeks.expected_rate(bought, time).sum() == pytest.approx(
        weeks.probabilities(bought, time).sum(0) @ weeks.rates
    )


@settings(max_examples=60, deadline=None)
@given(groups, some.permutations(range(5)))
def test_agreement_does_not_depend_on_names(first: list[int], names: Any) -> None:
    second = [names[one] for one in first]
    assert adjusted_rand(first, second) == pytest.approx(1)
    similar = jaccard_by_segment(first, second)
    assert similar[np.unique(first)] == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(some.lists(some.floats(-1e9, 1e9), min_size=1, max_size=40), some.integers(1, 10))
def test_scores_follow_the_values(values: list[float], bins: int) -> None:
    together = quantile_scores(values, bins=bins)
    order = np.argsort(values, kind="stable")
    assert (np.diff(together[order]) >= 0).all()
    assert together.min() >= 1
    assert together.max() <= bins
    same = np.array(values)[:, np.newaxis] == np.array(values)
    assert (together[:, np.newaxis] == together)[same].all()
    sizes = np.bincount(quantile_scores(values, bins=bins, ties="spread"), minlength=bins + 1)[1:]
    assert sizes.max() - sizes.min() <= 1


@pytest.mark.parametrize("order", ["independent", "nested"])
def test_every_combination_of_scores_is_one_cell(cdnow: Any, order: Any) -> None:
    scores = rfm_scores(cdnow, bins=4, order=order, ties="spread")
    assert np.unique(scores.cell).size == np.unique(scores.labels).size
    recent = cdnow.age - cdnow.recency
    assert recent[scores.recency == 4].max() <= recent[scores.recency == 1].min()
    if order == "nested":
        sizes = np.bincount(scores.cell, minlength=64)
        assert sizes.min() >= len(cdnow) // 64 - 3
    with pytest.raises(InvalidSetting, match="bins"):
        rfm_scores(cdnow, bins=0)


@settings(max_examples=40, deadline=None)
@given(some.integers(0, 50), some.integers(0, 50), some.floats(0.5, 0.99))
def test_intervals_hold_the_share_and_widen_with_the_level(made: int, more: int, level: float) -> None:
    count = made + more + 1
    low, high = share_interval(made, count, level=level)
    wide = share_interval(made, count, level=0.995)
    assert 0 <= wide[0] <= low <= made / count <= high <= wide[1] <= 1


def test_answers_are_counted_by_cell_and_distinct_only_when_many_looks_allow() -> None:
    seen = response_by_cell(np.repeat([0, 1, 2], 200), np.arange(600) % 200 < np.repeat([10, 12, 60], 200))
    assert seen.answers.tolist() == [10, 12, 60]
    assert seen.distinct_from(0.06).tolist() == [False, False, True]
    assert seen.lift @ seen.customers / 600 == pytest.approx(1)
    with pytest.raises(InvalidSetting, match="true or false"):
        response_by_cell([1, 2], [0.5, 1])


def test_quadrants_cover_everybody_and_keep_money() -> None:
    rng = np.random.default_rng(6)
    value, loyalty = rng.lognormal(3, 1, 500), rng.random(500)
    found = quadrants(value, loyalty)
    assert found.customers.sum() == 500
    assert found.value.sum() == pytest.approx(value.sum())
    # Half of the value, up to the one customer at the border.
    assert value.sum() / 2 <= found.value[2:].sum() <= value.sum() / 2 + value.max()
    assert len(found.policy) == 500
    with pytest.raises(NotEnoughData, match="value_threshold"):
        quadrants([0.0, 0.0], [1.0, 2.0])
    with pytest.raises(InvalidSetting, match="missing"):
        quadrants([np.nan], [1.0])


def test_moves_add_up_and_a_chain_without_memory_passes_the_check() -> None:
    rng = np.random.default_rng(7)
    moves = np.array([[0.8, 0.2, 0.0], [0.3, 0.5, 0.2], [0.1, 0.2, 0.7]])

    def step(now: Any) -> Any:
        return (rng.random(now.size)[:, np.newaxis] > np.cumsum(moves[now], axis=1)).sum(axis=1)

    first = rng.integers(0, 3, 6000)
    second = step(first)
    third = step(second)
    table = segment_migration(first, second)
    assert table.counts.sum() == 6000
    assert table.shares.sum(axis=1) == pytest.approx(1)
    assert ((table.low <= table.shares) & (table.shares <= table.high)).all()
    # 2,000 a row: a share is known to 1.1 points.
    assert table.shares == pytest.approx(moves, abs=0.045)
    assert table.expected_after(0).tolist() == table.counts.sum(axis=0).tolist()
    assert table.expected_after(5).sum() == pytest.approx(6000)
    assert markov_check(first, second, third).p_value > 0.001
    # Those who came from segment 0 go back to it: history matters.
    assert markov_check(first, second, np.where(first == 0, 0, third)).p_value < 1e-6
    with pytest.raises(InvalidSetting, match="only 2"):
        segment_migration(first, second, segments=2)


def test_segments_that_are_there_are_stable_and_others_are_not() -> None:
    rng = np.random.default_rng(8)

    def segmenting(rows: Any) -> Any:
        return MixtureSegments(segments=2, starts=2).fit(rows, rng=rng).assign(rows)

    real = segment_stability(blobs(60), segmenting, replications=8, rng=rng)
    assert real.jaccard.min() > 0.85
    assert real.adjusted_rand.mean() > 0.85
    assert real.customers.sum() == 90
    cloud = segment_stability(rng.normal(size=(90, 2)), segmenting, replications=8, rng=rng)
    assert cloud.jaccard.min() < 0.75
    with pytest.raises(InvalidSetting, match="one number"):
        segment_stability(blobs(10), lambda rows: np.zeros(3, dtype=int), replications=1, rng=rng)
