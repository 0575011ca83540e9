"""What must hold whatever the data: order, unit, repetition, limits, extremes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fleuve_analytics import BetaGeometric, ModifiedBetaGeometric, ParetoNBD
from fleuve_analytics.errors import DidNotConverge
from fleuve_analytics.lifetime import FittedBetaGeometric, FittedModifiedBetaGeometric, FittedParetoNBD
from fleuve_analytics.maxima import maximise
from hypothesis import given, settings
from hypothesis import strategies as some

MODELS = [BetaGeometric(), ModifiedBetaGeometric(), ParetoNBD()]
KNOWN: dict[str, Any] = {"covariance": ((0.0,) * 4,) * 4, "log_likelihood": 0.0, "customers": 1.0, "converged": True}
FITTED: list[Any] = [
    FittedBetaGeometric(r=0.243, alpha=4.414, a=0.793, b=2.426, **KNOWN),
    FittedModifiedBetaGeometric(r=0.525, alpha=6.18, a=0.891, b=1.614, **KNOWN),
    FittedParetoNBD(r=0.553, alpha=10.58, s=0.606, beta=11.67, **KNOWN),
]
# Both searches end with Newton's steps on a gradient below 1e-9 a customer; β of Pareto/NBD, the flattest, then stands
# to about 1e-6.
SAME = 2e-6


def named(values: list[Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("model", values, ids=lambda model: type(model).__name__)


@named(MODELS)
def test_the_order_of_rows_changes_nothing(model: Any, cdnow: Any) -> None:
    order = np.random.default_rng(1).permutation(len(cdnow))
    first = model.fit(cdnow.frequency, cdnow.recency, cdnow.age)
    assert model.fit(cdnow.frequency[order], cdnow.recency[order], cdnow.age[order]) == first


@named(MODELS)
def test_weights_are_repeated_rows(model: Any, cdnow: Any) -> None:
    weights = np.random.default_rng(2).integers(0, 4, len(cdnow))
    weighted = model.fit(cdnow.frequency, cdnow.recency, cdnow.age, weights)
    repeated = model.fit(*(np.repeat(part, weights) for part in (cdnow.frequency, cdnow.recency, cdnow.age)))
    assert weighted.parameters == pytest.approx(repeated.parameters, rel=SAME)
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-12)
    assert weighted.n == repeated.n


@named(MODELS)
@pytest.mark.parametrize("days", [7.0, 7.0 * 86_400, 1 / 52])
def test_the_unit_of_time_only_scales_times(model: Any, days: float, cdnow: Any) -> None:
    weeks = model.fit(cdnow.frequency, cdnow.recency, cdnow.age)
    other = model.fit(cdnow.frequency, cdnow.recency * days, cdnow.age * days)
    scaled = {name: value * (days if name in ("alpha", "beta") else 1) for name, value in weeks.parameters.items()}
    # b is a time in one model only.
    assert other.parameters == pytest.approx(scaled, rel=SAME)
    history = 2, 30.43, 38.86
    longer = 2, 30.43 * days, 38.86 * days
    assert other.probability_alive(*longer) == pytest.approx(weeks.probability_alive(*history), rel=1e-6)
    expected = weeks.expected_purchases(39, *history)
    assert other.expected_purchases(39 * days, *longer) == pytest.approx(expected, rel=1e-6)


@named(FITTED)
def test_no_time_brings_no_purchase_and_more_time_never_less(model: Any) -> None:
    assert model.expected_purchases(0, 3, 10, 20) == 0
    assert model.expected_purchases_new(0) == 0
    assert model.probability_of_purchases(0, 0, 3, 10, 20) == pytest.approx(1)
    expected = model.expected_purchases(np.array([1, 5, 20, 100, 1_000, 1e6]), 3, 10, 20)
    assert (np.diff(expected) > 0).all()


@named(FITTED)
def test_silence_lowers_the_chance_of_being_a_customer(model: Any) -> None:
    silences = np.array([0.0, 5.0, 20.0, 100.0, 1_000.0, 1e6])
    alive = model.probability_alive(5, 20, 20 + silences)
    assert (np.diff(alive) < 0).all()
    assert alive[-1] < 1e-6


@named(FITTED)
def test_the_same_silence_tells_more_about_a_frequent_buyer(model: Any) -> None:
    alive = model.probability_alive([1, 5, 20, 60], 20, 40)
    assert (np.diff(alive) < 0).all()


def test_beta_geometric_keeps_one_time_buyers_for_ever_and_the_others_do_not() -> None:
    assert FITTED[0].probability_alive(0, 0, 1e4) == 1
    assert FITTED[1].probability_alive(0, 0, 1e4) < 0.7
    assert FITTED[2].probability_alive(0, 0, 1e4) < 0.2


@named(FITTED)
@settings(max_examples=60, deadline=None)
@given(
    frequency=some.integers(1, 20_000),
    age=some.floats(1e-3, 1e6),
    part=some.floats(1e-6, 1),
    horizon=some.floats(0, 1e6),
)
def test_extreme_histories_give_sound_answers(
    model: Any, frequency: int, age: float, part: float, horizon: float
) -> None:
    history = frequency, age * part, age
    alive, expected = model.probability_alive(*history), model.expected_purchases(horizon, *history)
    assert 0 <= alive <= 1
    assert np.isfinite(expected)
    # Rounding may take 1e-16 of the number of past purchases.
    assert -1e-9 <= expected <= (frequency + 13) / age * horizon * 1.001 + 1e-6
    assert -1e-12 <= model.probability_of_purchases(frequency, horizon, *history) <= 1 + 1e-12


def test_the_mean_is_smooth_where_the_published_formula_divides_by_zero() -> None:
    """a = 1 for the two geometric models, s = 1 for Pareto/NBD."""
    shapes = 1 + np.array([-1e-2, -2e-4, -1e-4, -1e-6, 0, 1e-6, 1e-4, 2e-4, 1e-2])
    for build in (
        lambda shape: FittedBetaGeometric(r=0.5, alpha=5, a=shape, b=2, **KNOWN),
        lambda shape: FittedModifiedBetaGeometric(r=0.5, alpha=5, a=shape, b=2, **KNOWN),
        lambda shape: FittedParetoNBD(r=0.5, alpha=5, s=shape, beta=8, **KNOWN),
    ):
        means = np.array([float(build(float(shape)).expected_purchases(39, 4, 20, 25)) for shape in shapes])
        line = np.interp(shapes, shapes[[0, -1]], means[[0, -1]])
        assert means == pytest.approx(line, rel=1e-4)
        assert (np.diff(means) < 0).all()


@named(FITTED)
def test_the_same_seed_draws_the_same_futures(model: Any) -> None:
    first, second = (
        model.sample_future_purchases(39, [2, 5], [30, 20], [39, 39], 50, np.random.default_rng(9)) for _ in range(2)
    )
    assert (first == second).all()


@named(MODELS)
def test_people_without_differences_are_a_limit_case_that_says_so_and_still_predicts(model: Any) -> None:
    fitted = model.fit(np.full(200, 4), np.full(200, 9.5), np.full(200, 10.0))
    assert not fitted.converged
    assert max(fitted.standard_errors.values()) == np.inf
    assert fitted.expected_purchases(10, 4, 9.5, 10) == pytest.approx(4, rel=0.1)


def test_a_function_without_maximum_raises_with_what_to_try() -> None:
    with pytest.raises(DidNotConverge, match="unit of time"):
        maximise(lambda at: (float("nan"), np.full(2, np.nan)), [np.zeros(2)])
