"""One contract, executed over every model."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import (
    BetaGeometric,
    BetaGeometricBetaBernoulli,
    BetaGeometricCorrelated,
    BetaGeometricCovariates,
    BetaGeometricRegular,
    GammaGamma,
    ModifiedBetaGeometric,
    ModifiedBetaGeometricRegular,
    NegativeBinomial,
    ParetoNBD,
    ParetoNBDCovariates,
    fitted_from_json,
)
from fleuve_analytics.datasets import donations
from fleuve_analytics.errors import AnalyticsError, InvalidHistory, InvalidSetting, InvalidSpend, NotEnoughData

LIFETIMES = [
    BetaGeometric(),
    ModifiedBetaGeometric(),
    ParetoNBD(),
    BetaGeometricRegular(k=2),
    ModifiedBetaGeometricRegular(k=3),
    BetaGeometricBetaBernoulli(),
    NegativeBinomial(),
    BetaGeometricCorrelated(),
    BetaGeometricCovariates(),
    ParetoNBDCovariates(),
]
MODELS = [*LIFETIMES, GammaGamma()]
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
every_lifetime = pytest.mark.parametrize("model", LIFETIMES, ids=lambda model: type(model).__name__)


@pytest.fixture
def data(cdnow: Any) -> Callable[[Any], tuple[np.ndarray, ...]]:
    """The arrays that a model wants."""

    def wanted(model: Any) -> tuple[np.ndarray, ...]:
        if isinstance(model, GammaGamma):
            return cdnow.frequency, cdnow.mean_spend
        if isinstance(model, BetaGeometricBetaBernoulli):
            given = donations()
            people = given.donors.astype(int)
            return tuple(np.repeat(part, people) for part in (given.frequency, given.recency, given.opportunities))
        return cdnow.frequency, cdnow.recency, cdnow.age

    return wanted


@every_model
def test_fitting_twice_is_fitting_once(model: Any, data: Any) -> None:
    assert model.fit(*data(model)) == model.fit(*data(model))


@every_model
def test_inputs_are_left_as_they_were(model: Any, data: Any) -> None:
    arrays = [np.array(part) for part in data(model)]
    copies = [part.copy() for part in arrays]
    for part in arrays:
        part.flags.writeable = False
    model.fit(*arrays)
    for part, copy in zip(arrays, copies, strict=True):
        assert np.array_equal(part, copy, equal_nan=True)


@every_model
def test_a_fitted_model_is_a_frozen_record_of_numbers_that_keeps_no_data(model: Any, data: Any) -> None:
    fitted = model.fit(*data(model))
    for field in dataclasses.fields(fitted):
        value = getattr(fitted, field.name)
        if field.name == "covariance":
            assert all(type(number) is float for row in value for number in row)
        elif isinstance(value, tuple):
            assert all(type(part) in (float, str) for part in value)  # effects and their names
        else:
            assert type(value) in (float, bool, int, type(None))
    with pytest.raises(dataclasses.FrozenInstanceError):
        fitted.customers = 0.0
    assert hash(fitted) == hash(model.fit(*data(model)))


@every_model
def test_it_survives_a_trip_through_json(model: Any, data: Any) -> None:
    fitted = model.fit(*data(model))
    assert type(fitted).from_json(fitted.to_json()) == fitted
    assert fitted_from_json(fitted.to_json()) == fitted
    flat = dataclasses.replace(fitted, covariance=tuple((math.inf,) * len(row) for row in fitted.covariance))
    json.loads(flat.to_json(), parse_constant=pytest.fail)
    assert fitted_from_json(flat.to_json()) == flat


def test_another_models_json_is_refused(data: Any) -> None:
    fitted = GammaGamma().fit(*data(GammaGamma()))
    with pytest.raises(InvalidSetting, match="fitted_from_json"):
        type(BetaGeometric().fit(*data(BetaGeometric()))).from_json(fitted.to_json())
    with pytest.raises(InvalidSetting, match="library"):
        fitted_from_json('{"model": "Crystal ball"}')


@every_model
def test_parameters_errors_and_covariance_agree(model: Any, data: Any) -> None:
    fitted = model.fit(*data(model))
    names = list(fitted.parameters)
    assert list(fitted.standard_errors) == names
    covariance = np.array(fitted.covariance)
    assert covariance.shape == (len(names), len(names))
    assert covariance == pytest.approx(covariance.T)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(list(fitted.standard_errors.values()))
    assert fitted.converged


@every_model
@pytest.mark.parametrize("rows", [0, 1], ids=["nobody", "one customer"])
def test_too_few_people_are_refused_in_words(model: Any, rows: int, data: Any) -> None:
    with pytest.raises(NotEnoughData, match=r"history|purchases") as refused:
        model.fit(*(part[:rows] for part in data(model)))
    assert refused.value.code in {"empty", "few_repeat_buyers", "one_time_buyers_only"}


@every_model
def test_one_time_buyers_alone_tell_nothing(model: Any, data: Any) -> None:
    once = data(model)[0] == 0
    with pytest.raises(NotEnoughData, match="longer history"):
        model.fit(*(part[once] for part in data(model)))


FAULTS = {
    "not_finite": ([1.0, np.nan], [1.0, 1.0], [2.0, 2.0]),
    "negative": ([1, 1], [1.0, -1.0], [2.0, 2.0]),
    "not_whole": ([1, 1.5], [1.0, 1.0], [2.0, 2.0]),
    "recency_after_age": ([1, 1], [1.0, 3.0], [2.0, 2.0]),
    "repeat_without_recency": ([1, 1], [1.0, 0.0], [2.0, 2.0]),
    "recency_without_repeat": ([1, 0], [1.0, 1.0], [2.0, 2.0]),
    "lengths_differ": ([1, 1, 1], [1.0, 1.0], [2.0, 2.0]),
}


@every_lifetime
@pytest.mark.parametrize("code", FAULTS)
def test_contradictions_are_named(model: Any, code: str) -> None:
    with pytest.raises(InvalidHistory) as refused:
        model.fit(*FAULTS[code])
    assert refused.value.code == code
    if code != "lengths_differ":
        assert refused.value.details["rows"] == (1,)
        assert "row 1" in str(refused.value)


@every_lifetime
def test_predictions_refuse_the_same_contradictions(model: Any, data: Any) -> None:
    fitted = model.fit(*data(model))
    with pytest.raises(InvalidHistory, match="row 0"):
        fitted.probability_alive(1, 5, 4)
    with pytest.raises(InvalidSetting, match="horizon"):
        fitted.expected_purchases(-1, 1, 3, 4)


@every_model
@pytest.mark.parametrize("weights", [[1.0], [-1.0, 1.0]], ids=["too few", "negative"])
def test_weights_are_checked(model: Any, weights: list[float]) -> None:
    columns = ([1, 2], [10.0, 20.0]) if isinstance(model, GammaGamma) else ([1, 2], [1.0, 2.0], [3.0, 3.0])
    with pytest.raises(AnalyticsError, match="Weights") as refused:
        model.fit(*columns, weights=weights)
    assert refused.value.code == "weights"


@pytest.mark.parametrize("spend", [np.nan, -5.0, 0.0, np.inf])
def test_spends_without_sense_are_named(spend: float) -> None:
    with pytest.raises(InvalidSpend, match="row 1") as refused:
        GammaGamma().fit([1, 2, 0], [10.0, spend, np.nan])
    assert refused.value.code == "not_positive"


@every_lifetime
def test_predictions_broadcast(model: Any, data: Any) -> None:
    fitted = model.fit(*data(model))
    grid = fitted.expected_purchases(np.array([[1.0], [10.0], [39.0]]), [0, 1, 4, 9], [0, 3, 9, 30], 39.0)
    assert grid.shape == (3, 4)
    assert float(grid[2, 1]) == pytest.approx(float(fitted.expected_purchases(39, 1, 3, 39)))
    assert fitted.probability_alive([], [], []).shape == (0,)


@every_lifetime
def test_alive_and_expected_are_what_each_says_alone(model: Any, data: Any) -> None:
    history = tuple(part[:300] for part in data(model))
    fitted = model.fit(*history)
    alive, expected = fitted.alive_and_expected(30, *history)
    np.testing.assert_array_equal(alive, fitted.probability_alive(*history))
    np.testing.assert_array_equal(expected, fitted.expected_purchases(30, *history))
