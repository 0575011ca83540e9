"""The contract of models that look at columns: what `test_models` asks of all, with covariates."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import BetaGeometricCovariates, ParetoNBDCorrelated, ParetoNBDCovariates, fitted_from_json
from fleuve_analytics.errors import AnalyticsError, InvalidHistory, InvalidSetting

MODELS = [
    BetaGeometricCovariates(purchase=["web", "x"], dropout=["web"], staying=["web"], penalty_purchase=0.001),
    ParetoNBDCovariates(purchase=["x"], equal=["web"]),
    ParetoNBDCorrelated(purchase=["web"], dropout=["x"]),
]
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
HISTORY = 2, 30.43, 38.86


@pytest.fixture(scope="module")
def history(cdnow: Any) -> tuple[Any, Any, Any]:
    return cdnow.frequency[::4], cdnow.recency[::4], cdnow.age[::4]


@pytest.fixture(scope="module")
def columns(history: Any) -> dict[str, Any]:
    rng = np.random.default_rng(9)
    return {"web": rng.random(history[0].size) < 0.5, "x": rng.normal(size=history[0].size)}


@pytest.fixture(scope="module")
def fits(history: Any, columns: Any) -> dict[str, Any]:
    return {type(model).__name__: model.fit(*history, covariates=columns) for model in MODELS}


@every_model
def test_a_fit_keeps_its_promises(model: Any, history: Any, columns: Any, fits: Any) -> None:
    """Fit twice = fit once; inputs untouched; frozen, hashable, through JSON; errors for every parameter."""
    given = {name: np.array(column) for name, column in columns.items()}
    for column in given.values():
        column.flags.writeable = False
    fitted = fits[type(model).__name__]
    again = model.fit(*history, covariates=given)
    assert fitted == again
    assert hash(fitted) == hash(again)
    assert all(np.array_equal(given[name], columns[name]) for name in columns)
    with pytest.raises(dataclasses.FrozenInstanceError):
        fitted.terms = ()
    assert fitted_from_json(fitted.to_json()) == fitted
    names = list(fitted.parameters)
    assert list(fitted.standard_errors) == names
    assert np.shape(fitted.covariance) == (len(names), len(names))
    assert type(fitted).of(**fitted.parameters).parameters == fitted.parameters


@every_model
def test_every_question_to_a_fitted_model_is_answered_per_customer(model: Any, fits: Any) -> None:
    fitted = fits[type(model).__name__]
    who = fitted.for_customers({"web": [0, 1, 1], "x": [0.0, -2.0, 0.5]})
    people = [0, 2, 9], [0.0, 20.0, 33.0], [30.0, 30.0, 34.0]
    rng = np.random.default_rng(1)
    chances = [
        who.probability_alive(*people),
        who.probability_of_purchases(1, 10, *people),
        who.probability_of_purchases_new(1, 10),
    ]
    for chance in chances:
        assert chance.shape == (3,)
        assert ((chance >= 0) & (chance <= 1)).all()
    month, year = (who.expected_purchases(horizon, *people) for horizon in (4, 52))
    assert ((month > 0) & (month < year)).all()
    assert who.expected_purchases_new(52).shape == (3,)
    assert (who.expected_discounted_purchases(0.002, *people, horizon=52) < year).all()
    assert (who.expected_discounted_purchases_new(0.002) > 0).all()
    assert (who.next_purchase_time(0.05, *people) > 0).all()
    assert who.sample_future_purchases(10, *people, 7, rng).shape == (3, 7)
    assert who.simulate([20, 30, 40], rng).frequency.shape == (3,)
    with pytest.raises(InvalidHistory, match="row 0"):
        who.probability_alive([1, 1, 1], [5, 3, 3], [4, 4, 4])
    with pytest.raises(InvalidSetting, match="horizon"):
        who.expected_purchases(-1, *people)


@every_model
def test_weights_are_checked(model: Any, history: Any, columns: Any) -> None:
    with pytest.raises(AnalyticsError, match="Weights"):
        model.fit(*history, [1.0], covariates=columns)
