"""What must hold for every interval of a fitted model, and for what is discounted."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import BetaGeometric, GammaGamma, ModifiedBetaGeometric, ParetoNBD
from fleuve_analytics.errors import DidNotConverge, InvalidSetting
from fleuve_analytics.lifetime import (
    FittedBetaGeometric,
    FittedModifiedBetaGeometric,
    FittedParetoNBD,
    bootstrap_intervals,
    delta_interval,
)
from hypothesis import given, settings
from hypothesis import strategies as some

MODELS = [BetaGeometric(), ModifiedBetaGeometric(), ParetoNBD()]
FITTED: list[Any] = [
    FittedBetaGeometric.of(r=0.243, alpha=4.414, a=0.793, b=2.426),
    FittedModifiedBetaGeometric.of(r=0.525, alpha=6.18, a=0.891, b=1.614),
    FittedParetoNBD.of(r=0.553, alpha=10.58, s=0.606, beta=11.67),
]


def named(values: list[Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("model", values, ids=lambda model: type(model).__name__)


@named(MODELS)
def test_the_delta_interval_of_a_parameter_is_its_standard_error(model: Any, cdnow: Any) -> None:
    fitted = model.fit(cdnow.frequency, cdnow.recency, cdnow.age)
    for name, error in fitted.standard_errors.items():
        found = delta_interval(fitted, lambda one, name=name: one.parameters[name], level=0.9)
        assert found.standard_error == pytest.approx(error, rel=1e-6)
        # The normal quantile of .95, on the scale of ratios.
        assert found.high / found.estimate == pytest.approx(np.exp(1.6448536 * error / found.estimate), rel=1e-6)
        assert found.low * found.high == pytest.approx(found.estimate**2)


@named(MODELS)
def test_a_million_customers_would_be_one_call(model: Any, cdnow: Any) -> None:
    fitted = model.fit(cdnow.frequency, cdnow.recency, cdnow.age)
    data = cdnow.frequency, cdnow.recency, cdnow.age
    each = delta_interval(fitted, lambda one: one.expected_purchases(39, *data))
    assert each.low.shape == (len(cdnow),)
    assert ((each.low < each.estimate) & (each.estimate < each.high)).all()
    alone = delta_interval(fitted, lambda one: one.expected_purchases(39, *(part[7] for part in data)))
    assert each.low[7] == pytest.approx(alone.low)
    assert each.high[7] == pytest.approx(alone.high)


def test_chances_stay_chances(cdnow: Any) -> None:
    fitted = BetaGeometric().fit(cdnow.frequency, cdnow.recency, cdnow.age)
    data = cdnow.frequency, cdnow.recency, cdnow.age
    alive = delta_interval(fitted, lambda one: one.probability_alive(*data), scale="odds")
    assert ((alive.low >= 0) & (alive.high <= 1)).all()
    once = cdnow.frequency == 0
    # One-time buyers are alive for certain in this model, whatever the parameters.
    assert (alive.low[once] == 1).all()
    assert (alive.standard_error[once] == 0).all()


def test_stated_parameters_are_not_known_by_any_data() -> None:
    found = delta_interval(FITTED[2], lambda one: one.expected_purchases_new(52))
    assert (found.low, found.high, found.standard_error) == (0, np.inf, np.inf)
    fixed = delta_interval(FITTED[2], lambda one: 1.0)
    assert (fixed.low, fixed.high) == (1, 1)


def test_a_scale_that_does_not_fit_is_named(cdnow: Any) -> None:
    fitted = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend)
    with pytest.raises(InvalidSetting, match="difference"):
        delta_interval(fitted, lambda one: one.p - 10)
    found = delta_interval(fitted, lambda one: one.p - 10, scale="difference")
    assert found.low < found.estimate < found.high < 0
    for wrong in (0.0, 1.0):
        with pytest.raises(InvalidSetting, match="level"):
            delta_interval(fitted, lambda one: one.p, level=wrong)


@pytest.mark.parametrize("weighted", [False, True], ids=["rows", "weights"])
def test_bootstrap_and_delta_intervals_agree_where_the_likelihood_is_a_bell(cdnow: Any, weighted: bool) -> None:
    model = GammaGamma()
    fitted = model.fit(cdnow.frequency, cdnow.mean_spend)
    if weighted:
        given, weights = np.unique(cdnow.frequency, return_counts=True)
    else:
        given, weights = cdnow.frequency, None
    rng = np.random.default_rng(3)
    made = bootstrap_intervals(model, fitted, given, lambda one: one.population_mean, 120, rng, weights)
    straight = delta_interval(fitted, lambda one: one.population_mean)
    assert (made.refits, made.failed) == (120, 0)
    # A standard deviation from 120 refits is known to 6.5 %: three of those.
    assert made.standard_error == pytest.approx(straight.standard_error, rel=0.2)
    assert made.low == pytest.approx(straight.low, rel=0.03)
    assert made.high == pytest.approx(straight.high, rel=0.03)


def test_the_same_seed_makes_up_the_same_crowds(cdnow: Any) -> None:
    model = BetaGeometric()
    fitted = model.fit(cdnow.frequency, cdnow.recency, cdnow.age)
    first, second = (
        bootstrap_intervals(
            model, fitted, cdnow.age, lambda one: one.expected_purchases_new([13, 52]), 3, np.random.default_rng(4)
        )
        for _ in range(2)
    )
    assert (first.low == second.low).all()
    assert first.low.shape == (2,)


def test_crowds_that_cannot_be_fitted_are_counted_and_told(cdnow: Any) -> None:
    model = BetaGeometric()
    fitted = model.fit(cdnow.frequency, cdnow.recency, cdnow.age)
    with pytest.raises(DidNotConverge, match="20 of 20") as refused:
        bootstrap_intervals(model, fitted, np.full(12, 0.01), lambda one: one.r, 20, np.random.default_rng(5))
    assert refused.value.details["failed"] == 20


@named(MODELS)
def test_a_search_begun_elsewhere_ends_at_the_same_place(model: Any, cdnow: Any) -> None:
    data = cdnow.frequency, cdnow.recency, cdnow.age
    fitted = model.fit(*data)
    again = dataclasses.replace(model, start=fitted.moved_to(2 * v for v in fitted.parameters.values())).fit(*data)
    # Both end on a slope below 1e-9 a customer; the flattest direction then stands to about 1e-6.
    assert again.parameters == pytest.approx(fitted.parameters, rel=2e-6)


@named(FITTED)
@settings(max_examples=25, deadline=None)
@given(
    frequency=some.integers(0, 2_000),
    age=some.floats(0.1, 1e5),
    part=some.floats(0.01, 1),
    rate=some.floats(1e-6, 1.0),
    horizon=some.floats(1e-3, 1e6),
)
def test_discounting_only_ever_takes_away(
    model: Any, frequency: int, age: float, part: float, rate: float, horizon: float
) -> None:
    history = frequency, age * part if frequency else 0.0, age
    within = model.expected_discounted_purchases(rate, *history, horizon=horizon)
    ever = model.expected_discounted_purchases(rate, *history)
    plain = model.expected_purchases(horizon, *history)
    # The integral is good to 1e-11; past counts far above ten leave as much rounding in the mean itself.
    room = 1e-9 * (1 + frequency)
    assert np.exp(-rate * horizon) * plain - room <= within <= plain * (1 + 1e-9) + room
    assert within <= ever * (1 + 1e-9) + room
    assert model.expected_discounted_purchases(2 * rate, *history) <= ever * (1 + 1e-9) + room


@named(FITTED)
def test_without_discount_it_is_the_plain_expectation(model: Any) -> None:
    history = 7, 35.71, 77.86
    plain = model.expected_purchases(52, *history)
    assert model.expected_discounted_purchases(0, *history, horizon=52) == pytest.approx(plain, rel=1e-14)
    assert model.expected_discounted_purchases(1e-9, *history, horizon=52) == pytest.approx(plain, rel=1e-7)
    new = model.expected_discounted_purchases_new([1e-9, 0.01, 0.1], horizon=52)
    assert new[0] == pytest.approx(model.expected_purchases_new(52), rel=1e-7)
    assert (np.diff(new) < 0).all()


@named(FITTED)
def test_rates_and_shares_without_sense_are_named(model: Any) -> None:
    for rate, horizon in ((0, None), (-0.1, 10), (np.nan, None), (0.1, -1), (0.1, np.inf)):
        with pytest.raises(InvalidSetting):
            model.expected_discounted_purchases(rate, 2, 30, 38, horizon=horizon)
    for share in (0, 1, np.nan):
        with pytest.raises(InvalidSetting, match="share"):
            model.next_purchase_time(share, 2, 30, 38)


def test_parameters_are_stated_in_full_and_above_zero() -> None:
    for wrong in ({"r": 1}, {"r": 1, "alpha": 1, "a": 1, "b": 1, "c": 1}, {"r": 0, "alpha": 1, "a": 1, "b": 1}):
        with pytest.raises(InvalidSetting):
            FittedBetaGeometric.of(**wrong)
    assert FittedBetaGeometric.from_json(FITTED[0].to_json()) == FITTED[0]
