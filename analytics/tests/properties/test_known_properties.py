"""What must hold of models with covariates and ties whatever the data: scale, order, unit, penalties, hard columns."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from fleuve_analytics import (
    BetaGeometric,
    BetaGeometricCorrelated,
    BetaGeometricCovariates,
    ParetoNBDCorrelated,
    ParetoNBDCovariates,
    choose_penalty,
    likelihood_ratio,
)
from fleuve_analytics.backtest import money_ranges
from fleuve_analytics.errors import InvalidCovariates, InvalidHistory, InvalidSetting
from fleuve_analytics.lifetime import (
    FittedBetaGeometric,
    FittedBetaGeometricCovariates,
    FittedParetoNBDCorrelated,
    delta_interval,
)
from fleuve_analytics.spend import FittedGammaGamma
from hypothesis import given, settings
from hypothesis import strategies as some

WITH_COLUMNS = [
    BetaGeometricCovariates(purchase=["x", "web"], dropout=["x"]),
    ParetoNBDCovariates(purchase=["x"], dropout=["web"]),
]
# The tie of two Gammas runs through the same lines at four times the cost.
TIED = BetaGeometricCorrelated()
# Searches end on gradients below 1e-9 a customer; β, the flattest parameter, then stands to some 1e-6.
SAME = 5e-6


def every(models: list[Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("model", models, ids=lambda model: type(model).__name__)


@pytest.fixture(scope="module")
def columns(history: Any) -> dict[str, Any]:
    rng = np.random.default_rng(4)
    return {"x": rng.normal(size=history[0].size), "web": rng.random(history[0].size) < 0.4}


@pytest.fixture(scope="module")
def history(cdnow: Any) -> tuple[Any, Any, Any]:
    """A third of CDNOW: enough to fit, quick to fit often."""
    return cdnow.frequency[::3], cdnow.recency[::3], cdnow.age[::3]


@every(WITH_COLUMNS)
def test_unit_and_origin_of_a_column_change_its_effect_alone(model: Any, columns: Any, history: Any) -> None:
    """Also with a penalty, which speaks of standard deviations."""
    model = dataclasses.replace(model, penalty_purchase=0.01)
    first = model.fit(*history, covariates=columns)
    other = model.fit(*history, covariates={**columns, "x": columns["x"] * 1e6 + 2e6})
    assert other.log_likelihood == pytest.approx(first.log_likelihood, rel=1e-10)
    assert other.parameters["purchase[x]"] * 1e6 == pytest.approx(first.parameters["purchase[x]"], rel=1e-5)
    assert other.r == pytest.approx(first.r, rel=SAME)
    people = {"x": [0.3, -1.0], "web": [0, 1]}
    moved = {"x": [2.3e6, 1e6], "web": [0, 1]}
    asked = 39, [2, 0], [30.0, 0.0], [38.0, 30.0]
    expected = first.for_customers(people).expected_purchases(*asked)
    assert other.for_customers(moved).expected_purchases(*asked) == pytest.approx(expected, rel=1e-5)


@every([*WITH_COLUMNS, TIED])
def test_the_order_of_rows_changes_nothing(model: Any, columns: Any, history: Any) -> None:
    order = np.random.default_rng(1).permutation(len(history[0]))
    known = {"covariates": columns} if hasattr(model, "purchase") else {}
    shuffled = {"covariates": {name: part[order] for name, part in columns.items()}} if known else {}
    assert model.fit(*(part[order] for part in history), **shuffled) == model.fit(*history, **known)


@every([*WITH_COLUMNS, TIED])
def test_weights_are_repeated_rows(model: Any, columns: Any, history: Any) -> None:
    weights = np.random.default_rng(2).integers(0, 4, len(history[0]))
    known = columns if hasattr(model, "purchase") else None
    repeated = {name: np.repeat(part, weights) for name, part in columns.items()}
    first, second = ({"covariates": known}, {"covariates": repeated}) if known else ({}, {})
    weighted = model.fit(*history, weights, **first)
    same = model.fit(*(np.repeat(part, weights) for part in history), **second)
    assert weighted.parameters == pytest.approx(same.parameters, rel=1e-5)
    assert weighted.log_likelihood == pytest.approx(same.log_likelihood, rel=1e-11)


@every([WITH_COLUMNS[0], TIED])
def test_the_unit_of_time_only_scales_times(model: Any, columns: Any, history: Any) -> None:
    known = {"covariates": columns} if hasattr(model, "purchase") else {}
    weeks = model.fit(*history, **known)
    days = model.fit(history[0], history[1] * 7, history[2] * 7, **known)
    scaled = {name: value * (7 if name in ("alpha", "beta") else 1) for name, value in weeks.parameters.items()}
    assert days.parameters == pytest.approx(scaled, rel=1e-4, abs=1e-7)
    assert days.log_likelihood + history[0].sum() * np.log(7) == pytest.approx(weeks.log_likelihood, rel=1e-10)


def test_a_dear_effect_is_small_and_an_unaffordable_one_none(columns: Any, history: Any) -> None:
    effects = [
        dataclasses.replace(WITH_COLUMNS[0], penalty_purchase=penalty, penalty_dropout=penalty)
        .fit(*history, covariates=columns)
        .coefficients
        for penalty in (0.0, 0.01, 0.1, 1e6)
    ]
    sizes = np.abs(effects).sum(axis=1)
    assert (np.diff(sizes) < 0).all()
    assert sizes[-1] < 1e-6
    plain = BetaGeometric().fit(*history)
    dear = BetaGeometricCovariates(purchase=["x"], penalty_purchase=1e6).fit(*history, covariates=columns)
    assert dear.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-4)


def test_a_penalty_is_chosen_by_customers_left_out(history: Any) -> None:
    rng = np.random.default_rng(5)
    few = tuple(part[::3] for part in history)
    noise = {f"noise{i}": rng.normal(size=few[0].size) for i in range(20)}
    choice = choose_penalty(
        BetaGeometricCovariates(purchase=tuple(noise)),
        *few,
        covariates=noise,
        rng=rng,
        candidates=[(0, 0), (1, 1)],
        folds=4,
    )
    assert choice.model.penalty_purchase == 1.0
    assert choice.held_out[1] > choice.held_out[0]
    with pytest.raises(InvalidSetting, match="folds"):
        choose_penalty(BetaGeometricCovariates(), *few, covariates={}, rng=rng, folds=1)


def test_every_kind_of_table_is_read(columns: Any, history: Any) -> None:
    model = WITH_COLUMNS[0]
    first = model.fit(*history, covariates=columns)
    for table in (pd.DataFrame(columns), pl.DataFrame(columns), pa.table(columns)):
        assert model.fit(*history, covariates=table) == first


def fault(columns: dict[str, Any], history: Any) -> InvalidCovariates:
    with pytest.raises(InvalidCovariates) as refused:
        BetaGeometricCovariates(purchase=["x", "y"]).fit(*history, covariates=columns)
    return refused.value


def test_columns_that_cannot_be_used_are_named(columns: Any, history: Any) -> None:
    x = columns["x"]
    rng = np.random.default_rng(6)
    faults = {
        "missing_column": {"x": x},
        "not_a_number": {"x": x, "y": np.where(columns["web"], "web", "shop")},
        "not_finite": {"x": x, "y": np.where(columns["web"], np.nan, 1.0)},
        "lengths_differ": {"x": x, "y": x[:-1]},
        "constant_column": {"x": x, "y": np.full(x.size, 3.7)},
        "collinear_columns": {"x": x, "y": 4 - 3 * x},
    }
    for code, table in faults.items():
        found = fault(table, history)
        assert found.code == code
        assert found.details["column"] == "y"
    assert "row" in str(fault(faults["not_finite"], history))
    assert "'x'" in str(fault(faults["collinear_columns"], history))
    nearly = {"x": x, "y": x + 0.03 * rng.normal(size=x.size)}
    assert BetaGeometricCovariates(purchase=["x", "y"]).fit(*history, covariates=nearly).converged
    with pytest.raises(InvalidCovariates, match="covariates="):
        BetaGeometricCovariates(purchase=["x"]).fit(*history)


def test_sum_columns_of_more_than_two_are_found(columns: Any, history: Any) -> None:
    rng = np.random.default_rng(7)
    kind = rng.integers(0, 3, history[0].size)
    table = {name: kind == place for place, name in enumerate(("shop", "web", "fair"))}
    with pytest.raises(InvalidCovariates, match=r"'fair' follows from 'shop', 'web'"):
        ParetoNBDCovariates(purchase=["shop", "web", "fair"]).fit(*history, covariates=table)


def test_a_column_far_from_zero_is_named_and_a_very_large_one_is_not(columns: Any, history: Any) -> None:
    group = (history[0] > 1).astype(float)
    with pytest.raises(InvalidCovariates, match="round number") as refused:
        BetaGeometricCovariates(purchase=["seconds"]).fit(*history, covariates={"seconds": group + 1.7e9})
    assert refused.value.code == "far_from_zero"
    huge = BetaGeometricCovariates(purchase=["x"]).fit(*history, covariates={"x": columns["x"] * 1e200})
    plain = BetaGeometricCovariates(purchase=["x"]).fit(*history, covariates=columns)
    assert huge.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-10)


def test_a_column_that_tells_all_gives_a_strong_effect(history: Any) -> None:
    """Nobody with x = 1 ever came back: the effect runs to where nothing changes any more, and its error says so."""
    never = (history[0] == 0) & (np.arange(history[0].size) % 2 == 0)
    fitted = BetaGeometricCovariates(purchase=["x"]).fit(*history, covariates={"x": never})
    assert fitted.coefficients[0] < -5
    doubt = fitted.standard_errors["purchase[x]"]
    assert doubt > abs(fitted.coefficients[0]) or not fitted.converged
    expected = fitted.for_customers({"x": never}).expected_purchases(39, *history)
    assert np.isfinite(expected).all()
    assert expected[never].max() < 1e-3


@settings(max_examples=30, deadline=None)
@given(some.floats(-3, 3), some.floats(-3, 3), some.floats(-3, 3), some.integers(0, 60))
def test_every_customer_is_predicted_as_by_her_own_model(gain: float, loss: float, stay: float, x: int) -> None:
    fitted = FittedBetaGeometricCovariates.of(
        r=0.5, alpha=6.0, a=1.0, b=2.0, **{"purchase[x]": gain, "dropout[x]": loss, "staying[x]": stay}
    )
    values = np.array([0.0, 1e-6, 0.7, -1.0])  # the first two have a = 1 or nearly
    history = x, (20.0 if x else 0.0), 30.0
    together = fitted.for_customers({"x": values})
    for place, value in enumerate(values):
        alone = fitted.for_group({"x": float(value)})
        for ask in (
            lambda model: model.probability_alive(*history),
            lambda model: model.expected_purchases(26, *history),
            lambda model: model.probability_of_purchases(3, 26, *history),
        ):
            assert np.broadcast_to(ask(together), 4)[place] == pytest.approx(float(ask(alone)), rel=1e-9)
    near = together.expected_purchases(26, *history)
    # The mean is smooth through a = 1: a millionth further on it differs by some millionths.
    assert near[1] == pytest.approx(near[0], rel=1e-4)


def test_customers_and_histories_must_match(columns: Any, history: Any) -> None:
    fitted = BetaGeometricCovariates(purchase=["x"]).fit(*history, covariates=columns)
    with pytest.raises(InvalidCovariates, match="for_customers"):
        fitted.probability_alive(1, 3, 4)
    who = fitted.for_customers({"x": [0.0, 1.0, 2.0]})
    with pytest.raises(InvalidHistory, match="3 customers"):
        who.probability_alive([1, 2], [3, 3], [4, 4])
    with pytest.raises(InvalidCovariates, match="alpha"):
        fitted.for_customers({"x": [1e9]})
    assert who.expected_purchases([[1], [10]], 2, 3.0, 4.0).shape == (2, 3)
    assert who.letters["alpha"].shape == (3,)


def test_settings_that_contradict_themselves_are_refused(history: Any) -> None:
    for model, code in (
        (BetaGeometricCovariates(purchase=["x", "x"]), "columns"),
        (ParetoNBDCovariates(purchase=["x"], equal=["x"]), "columns"),
        (ParetoNBDCovariates(penalty_purchase=-1.0), "penalty"),
        (ParetoNBDCorrelated(reference_time=0.0), "reference_time"),
        (ParetoNBDCorrelated(reference_time=1.0, purchase=["x"]), "reference_time"),
    ):
        with pytest.raises(InvalidSetting) as refused:
            model.fit(*history, covariates={"x": history[2]})
        assert refused.value.code == code
    with pytest.raises(InvalidSetting, match="between"):
        FittedParetoNBDCorrelated.of(r=0.5, alpha=10.0, s=0.6, beta=11.0, m=9.0)
    plain, other = (BetaGeometric().fit(*(part[rows] for part in history)) for rows in (slice(None), slice(500)))
    with pytest.raises(InvalidSetting, match="same customers"):
        likelihood_ratio(plain, other)


def test_the_limits_of_m_are_limits_of_the_density() -> None:
    fitted = FittedParetoNBDCorrelated.of(r=0.5, alpha=10.0, s=0.6, beta=11.0, m=0.0)
    least, most = fitted.m_bounds
    for m in (least, most):
        bound = dataclasses.replace(fitted, m=m)
        people = bound.for_customers({})
        chances = people.probability_of_purchases_new(np.arange(40), 50)
        assert (chances >= 0).all()
        assert bound.sample_if_alive(20, [3], [30], 500, np.random.default_rng(1)).shape == (1, 500)
    assert fitted.correlation == 0


def test_the_doubt_about_an_effect_reaches_predictions(columns: Any, history: Any) -> None:
    fitted = ParetoNBDCovariates(purchase=["web"]).fit(*history, covariates=columns)
    effect = delta_interval(fitted, lambda model: model.parameters["purchase[web]"], scale="difference")
    assert float(effect.standard_error) == pytest.approx(fitted.standard_errors["purchase[web]"], rel=1e-6)
    found = delta_interval(fitted, lambda model: model.for_customers({"web": [0, 1]}).expected_purchases_new(52))
    assert (found.low < found.estimate).all()
    assert (found.estimate < found.high).all()


def test_a_group_is_an_ordinary_model(columns: Any, history: Any) -> None:
    fitted = BetaGeometricCovariates(purchase=["web"]).fit(*history, covariates=columns)
    group = fitted.for_group({"web": 1})
    assert isinstance(group, FittedBetaGeometric)
    assert group.a == pytest.approx(fitted.a, rel=1e-12)
    assert group.alpha == pytest.approx(fitted.alpha * np.exp(-fitted.coefficients[0]), rel=1e-12)


def test_ranges_of_money_know_each_customer() -> None:
    """Two kinds of customers in one question get the ranges that each kind gets alone."""
    fitted = FittedBetaGeometricCovariates.of(r=0.25, alpha=4.4, a=0.8, b=2.4, **{"purchase[web]": 1.5})
    spend = FittedGammaGamma.of(p=6.25, q=3.74, gamma=15.44)
    people = [2, 1, 2, 1], [30.0, 20.0, 30.0, 20.0], [38.0, 38.0, 38.0, 38.0], [30.0, 40.0, 30.0, 40.0]
    who = fitted.for_customers({"web": [1, 1, 0, 0]})
    options: dict[str, Any] = {"level": 0.8, "draws": 4_000}
    found = money_ranges(who, spend, 39, *people, rng=np.random.default_rng(1), **options)
    for kind, rows in ((1, slice(0, 2)), (0, slice(2, 4))):
        alone = fitted.for_group({"web": kind})
        own = [part[rows] for part in people]
        same = money_ranges(alone, spend, 39, *own, rng=np.random.default_rng(2), **options)
        # Quantiles of 4,000 draws.
        assert found.high[rows] == pytest.approx(same.high, rel=0.1)
        assert found.chance_of_none[rows] == pytest.approx(same.chance_of_none, abs=0.03)
