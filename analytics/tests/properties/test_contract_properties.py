"""What must hold of contracts and of equity whatever the figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fleuve_analytics import (
    BetaDiscreteWeibull,
    ShiftedBetaGeometric,
    kaplan_meier,
    log_rank,
    movement_statement,
    nelson_aalen,
    recency_migration,
    retention_curve,
)
from fleuve_analytics.equity import LINES_OF_MOVEMENT
from fleuve_analytics.retention import FittedBetaDiscreteWeibull, FittedShiftedBetaGeometric, survivors_to_durations
from hypothesis import given, settings
from hypothesis import strategies as st

MODELS = [ShiftedBetaGeometric(), BetaDiscreteWeibull()]
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
positive = st.floats(1e-3, 1e3)


def contracts(seed: int, size: int = 200) -> tuple[Any, Any, Any, Any]:
    """Made-up rows of duration, left, entry and whole weights, with departures at many ages."""
    rng = np.random.default_rng(seed)
    entry = rng.integers(0, 4, size)
    # Nobody renews a thousand times, although such laws let somebody try.
    duration = entry + np.minimum(rng.geometric(rng.beta(1, 3, size)), 60)
    left = rng.random(size) < 0.6
    return duration.astype(float), left, entry.astype(float), rng.integers(0, 4, size).astype(float)


@every_model
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter_and_weights_are_repeated_rows(model: Any, seed: int) -> None:
    duration, left, entry, weight = contracts(seed)
    fitted = model.fit(duration, left, entry, weight)
    order = np.random.default_rng(seed).permutation(duration.size)
    assert model.fit(duration[order], left[order], entry[order], weight[order]) == fitted
    many = np.repeat(np.arange(duration.size), weight.astype(int))
    again = model.fit(duration[many], left[many], entry[many])
    assert again == fitted


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), unit=st.floats(1e-3, 1e3))
def test_curves_keep_their_shape_in_any_unit_order_and_repetition(seed: int, unit: float) -> None:
    duration, left, entry, weight = contracts(seed)
    group = np.arange(duration.size) % 2
    many = np.repeat(np.arange(duration.size), weight.astype(int))[::-1]
    for curve, field in ((kaplan_meier, "survival"), (nelson_aalen, "hazard")):
        first = curve(duration, left, entry, weight)
        other = curve(duration[many] * unit, left[many], entry[many] * unit)
        assert other.time == pytest.approx(first.time * unit)
        for part in (field, "low", "high", "standard_error", "at_risk"):
            assert getattr(other, part) == pytest.approx(getattr(first, part), rel=1e-9, abs=1e-12)
        assert (first.low <= getattr(first, field) + 1e-12).all()
        assert (getattr(first, field) <= first.high + 1e-12).all()
    test = log_rank(duration, left, group, entry, weight)
    same = log_rank(duration[many] * unit, left[many], group[many], entry[many] * unit)
    assert same.statistic == pytest.approx(test.statistic, rel=1e-8, abs=1e-9)
    assert sum(test.observed) == pytest.approx(sum(test.expected))


def test_a_curve_of_fractional_weights_ends_at_zero_when_the_last_leave() -> None:
    curve = kaplan_meier([1, 2, 3, 3, 3], [1, 0, 1, 1, 1], weights=[0.1, 0.2, 0.3, 0.1, 0.7])
    assert (curve.survival[-1], curve.low[-1], curve.high[-1], curve.standard_error[-1]) == (0, 0, 0, 0)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), at=st.integers(1, 6))
def test_a_life_seen_in_two_parts_is_the_same_life(seed: int, at: int) -> None:
    """Watched until age `at`, then under observation again from there: late entry loses nothing."""
    duration, left, entry, weight = contracts(seed)
    cut = (duration > at) & (entry < at)
    before = (np.where(cut, at, duration), left & ~cut, entry, weight)
    after = (duration[cut], left[cut], np.full(cut.sum(), float(at)), weight[cut])
    parts = [np.concatenate(pair) for pair in zip(before, after, strict=True)]
    assert kaplan_meier(*parts).survival == pytest.approx(kaplan_meier(duration, left, entry, weight).survival)
    whole, split = (ShiftedBetaGeometric().fit(*rows) for rows in ((duration, left, entry, weight), parts))
    # The same likelihood, up to the rounding of another way of counting.
    assert list(split.parameters.values()) == pytest.approx(list(whole.parameters.values()), rel=1e-6)
    assert split.log_likelihood == pytest.approx(whole.log_likelihood, rel=1e-12)


@settings(max_examples=30, deadline=None)
@given(drops=st.lists(st.integers(0, 200), min_size=3, max_size=12))
def test_a_table_of_survivors_is_its_rows(drops: list[int]) -> None:
    survivors = (3000 - np.cumsum([0, *drops])).tolist()
    rows = survivors_to_durations(survivors)
    curve = retention_curve(rows.duration, rows.left, rows.entry, rows.weights)
    assert 3000 * curve.survival == pytest.approx(survivors[1:])
    assert curve.at_risk == pytest.approx(survivors[:-1])


def test_several_cohorts_are_one_table_and_late_columns_are_late_entries() -> None:
    cohorts = [[1000, 631, 468, 382, 326], [800, 510, 370], [1200, 760]]
    together = ShiftedBetaGeometric().fit_survivors(cohorts)
    parts = [survivors_to_durations(cohort) for cohort in cohorts]
    columns = [np.concatenate([getattr(p, name) for p in parts]) for name in ("duration", "left", "entry", "weights")]
    assert ShiftedBetaGeometric().fit(*columns) == together
    late = ShiftedBetaGeometric().fit_survivors([468, 382, 326, 289, 262], entry=2)
    full = ShiftedBetaGeometric().fit_survivors([1000, 631, 468, 382, 326, 289, 262])
    # Seen from the second renewal on only, the same people still tell the same law, less surely.
    assert float(late.retention_rate(4)) == pytest.approx(float(full.retention_rate(4)), abs=0.02)
    assert late.standard_errors["beta"] > full.standard_errors["beta"]


@settings(max_examples=40, deadline=None)
@given(alpha=positive, beta=positive, c=st.floats(0.05, 5), age=st.integers(0, 2000))
def test_survival_falls_and_stays_a_share(alpha: float, beta: float, c: float, age: int) -> None:
    fitted = FittedBetaDiscreteWeibull.of(alpha=alpha, beta=beta, c=c)
    survival = fitted.survival(age + np.arange(5))
    assert ((survival >= 0) & (survival <= 1)).all()
    assert (np.diff(survival) <= 1e-15).all()
    chance = fitted.renewal_probability(age)
    assert 0 <= chance <= 1
    for interest in (0.0, 0.08):
        worth = float(fitted.discounted_residual(interest, age))
        assert worth >= 0
        assert worth >= float(fitted.discounted_residual(interest, age, horizon=30)) * (1 - 1e-9)


@settings(max_examples=40, deadline=None)
@given(alpha=positive, beta=positive, age=st.integers(0, 300), interest=st.floats(0, 1))
def test_without_change_of_chances_the_weibull_is_the_geometric(
    alpha: float, beta: float, age: int, interest: float
) -> None:
    plain = FittedShiftedBetaGeometric.of(alpha=alpha, beta=beta)
    general = FittedBetaDiscreteWeibull.of(alpha=alpha, beta=beta, c=1.0)
    assert general.retention_rate(age + 1) == pytest.approx((beta + age) / (alpha + beta + age), rel=1e-10)
    assert general.discounted_residual(interest, age) == plain.discounted_residual(interest, age)


@settings(max_examples=40, deadline=None)
@given(alpha=positive, beta=positive, age=st.integers(0, 100))
def test_the_faithful_remain(alpha: float, beta: float, age: int) -> None:
    """Retention rises with age although nobody changes, and so does what a contract is worth."""
    fitted = FittedShiftedBetaGeometric.of(alpha=alpha, beta=beta)
    assert float(fitted.retention_rate(age + 2)) >= float(fitted.retention_rate(age + 1))
    assert float(fitted.discounted_residual(0.1, age + 1)) >= float(fitted.discounted_residual(0.1, age)) * (1 - 1e-12)
    assert float(fitted.leaving_posterior(age + 1).mean) <= float(fitted.leaving_posterior(age).mean)


@pytest.mark.parametrize("age", [0, 1, 4_000])
def test_extreme_laws_do_not_overflow(age: int) -> None:
    for alpha in (1e-5, 1e5):
        for beta in (1e-5, 1e5):
            for c in (1e-4, 1.0, 200.0):
                fitted = FittedBetaDiscreteWeibull.of(alpha=alpha, beta=beta, c=c)
                for interest in (0.0, 1e-6, 0.1, 10.0):
                    assert float(fitted.discounted_residual(interest, age)) >= 0
                drawn = fitted.sample_renewals(12, age, 50, np.random.default_rng(1))
                assert ((drawn >= 0) & (drawn <= 12)).all()


def test_people_without_differences_are_a_limit_case_with_sound_predictions() -> None:
    survivors = [100_000 * 0.8**age for age in range(8)]
    fitted = ShiftedBetaGeometric().fit_survivors(survivors)
    assert not fitted.converged
    assert fitted.retention_rate([1, 5, 20]) == pytest.approx(0.8, rel=1e-4)
    assert fitted.standard_errors["alpha"] == np.inf
    assert float(fitted.expected_residual(3)) == pytest.approx(4.0, rel=1e-3)


@settings(max_examples=50, deadline=None)
@given(
    rows=st.lists(
        st.tuples(*[st.integers(-(10**12), 10**12)] * 3, *[st.booleans()] * 4),
        min_size=1,
        max_size=40,
    )
)
def test_the_movement_always_closes_and_leaves_nobody_out(rows: list[tuple[Any, ...]]) -> None:
    before, same, after, first, there, was, now = (np.array(column) for column in zip(*rows, strict=True))
    found = movement_statement(
        before, same, after, is_first_seen=first, was_already_there=there, was_lost=was, is_lost=now
    )
    assert found.opening + sum(getattr(found, line) for line in LINES_OF_MOVEMENT) == found.closing
    assert found.missing == 0
    changed = int(((same != before) & ~(first | (was != now))).sum())
    assert found.counts["grown"] + found.counts["shrunk"] == changed
    floats = movement_statement(
        before / 7, same / 7, after / 7, is_first_seen=first, was_already_there=there, was_lost=was, is_lost=now
    )
    # Sums of floats are exact here until their last rounding.
    assert abs(floats.missing) <= 1e-15 * 20 * float(np.abs([before, same, after]).sum())


@settings(max_examples=40, deadline=None)
@given(chances=st.lists(st.floats(0, 1), min_size=1, max_size=8), cost=st.floats(0, 30), interest=st.floats(0.01, 1))
def test_stopping_well_is_never_worse_than_going_on_or_stopping_at_once(
    chances: list[float], cost: float, interest: float
) -> None:
    model = recency_migration(chances, contribution=40, remarketing=cost)
    best, on = np.array(model.best_stop(interest).value), model.value(interest)
    assert (best >= np.maximum(on, 0) - 1e-9).all()
