"""The contract of the models of contracts, and of the driver logit."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import (
    BetaDiscreteWeibull,
    DriverLogit,
    MarkovMigration,
    ShiftedBetaGeometric,
    SwitchingMatrix,
    fitted_from_json,
    kaplan_meier,
    log_rank,
    nelson_aalen,
    recency_migration,
    recency_rates,
    retention_curve,
)
from fleuve_analytics.equity import FittedDriverLogit
from fleuve_analytics.errors import DidNotConverge, InvalidHistory, InvalidSetting, NotEnoughData
from fleuve_analytics.records import record_from_json
from fleuve_analytics.retention import best_policy, constant_retention_value, expected_lifetime, survivors_to_durations
from fleuve_analytics.simulate import simulate_driver_choices

SURVIVORS = [1000, 631, 468, 382, 326]
ROWS = survivors_to_durations(SURVIVORS)
MODELS = [ShiftedBetaGeometric(), BetaDiscreteWeibull()]
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
every_reader = pytest.mark.parametrize(
    "reader", [model.fit for model in MODELS] + [kaplan_meier, nelson_aalen, retention_curve]
)


@every_model
def test_fitting_twice_is_fitting_once_and_leaves_the_inputs_alone(model: Any) -> None:
    arrays = [np.array(part) for part in (ROWS.duration, ROWS.left, ROWS.entry, ROWS.weights)]
    copies = [part.copy() for part in arrays]
    for part in arrays:
        part.flags.writeable = False
    assert model.fit(*arrays) == model.fit(*arrays) == model.fit_survivors(SURVIVORS)
    assert all(np.array_equal(part, copy) for part, copy in zip(arrays, copies, strict=True))


@every_model
def test_a_fitted_model_is_a_frozen_record_of_floats_that_travels_as_json(model: Any) -> None:
    fitted = model.fit_survivors(SURVIVORS)
    assert all(type(value) is float for value in fitted.parameters.values())
    assert hash(fitted) == hash(model.fit_survivors(SURVIVORS))
    with pytest.raises(dataclasses.FrozenInstanceError):
        fitted.alpha = 1.0
    assert fitted_from_json(fitted.to_json()) == fitted
    flat = dataclasses.replace(fitted, covariance=tuple((math.inf,) * len(row) for row in fitted.covariance))
    json.loads(flat.to_json(), parse_constant=pytest.fail)
    assert fitted_from_json(flat.to_json()) == flat


@every_model
def test_parameters_errors_and_covariance_agree(model: Any) -> None:
    fitted = model.fit_survivors(SURVIVORS)
    assert fitted.converged
    assert fitted.customers == 1000
    assert np.sqrt(np.diag(fitted.covariance)) == pytest.approx(list(fitted.standard_errors.values()))


@every_model
@pytest.mark.parametrize(
    ("survivors", "code"),
    [
        ([], "empty"),
        ([0, 0], "empty"),
        ([1], "few_lost"),
        ([1000, 995, 993], "few_lost"),
        ([100, 0], "few_lost"),
        ([100, 60], "few_ages"),
    ],
)
def test_too_little_is_refused_in_words(model: Any, survivors: list[int], code: str) -> None:
    with pytest.raises(NotEnoughData, match=r"history|contracts|renewals") as refused:
        model.fit_survivors(survivors)
    assert refused.value.code == code


FAULTS: dict[str, tuple[Any, ...]] = {
    "lengths_differ": ([1, 2, 3], [1, 0]),
    "not_finite": ([1.0, np.nan], [1, 0]),
    "negative": ([1, -1], [1, 0]),
    "not_boolean": ([1, 2], [1, 2]),
    "entry_after_end": ([1, 2], [0, 1], [0, 2]),
}


@every_reader
@pytest.mark.parametrize("code", FAULTS)
def test_contradictions_are_named(reader: Any, code: str) -> None:
    with pytest.raises(InvalidHistory) as refused:
        reader(*FAULTS[code])
    assert refused.value.code == code
    if code != "lengths_differ":
        assert refused.value.details["rows"] == (1,)


@pytest.mark.parametrize("reader", [ShiftedBetaGeometric().fit, BetaDiscreteWeibull().fit, retention_curve])
@pytest.mark.parametrize(
    ("duration", "left", "code"),
    [([1, 1.5], [1, 0], "not_whole"), ([1, 0], [1, 1], "left_at_once"), ([1, 1_700_000_000], [1, 0], "unit")],
)
def test_whole_periods_are_asked_for(reader: Any, duration: list[float], left: list[int], code: str) -> None:
    with pytest.raises(InvalidHistory, match="row 1") as refused:
        reader(duration, left)
    assert refused.value.code == code


@pytest.mark.parametrize("survivors", [[100, 120], [100, np.nan], [100, -1]])
def test_a_table_of_survivors_goes_down(survivors: list[float]) -> None:
    with pytest.raises(InvalidHistory, match="goes down"):
        ShiftedBetaGeometric().fit_survivors(survivors)


@every_reader
@pytest.mark.parametrize("weights", [[1.0], [-1.0, 1.0]])
def test_weights_are_checked(reader: Any, weights: list[float]) -> None:
    with pytest.raises(InvalidSetting, match="Weights"):
        reader([1, 2], [1, 0], weights=weights)


@pytest.mark.parametrize("reader", [kaplan_meier, nelson_aalen, retention_curve])
def test_nobody_and_wrong_levels_are_refused(reader: Any) -> None:
    with pytest.raises(NotEnoughData):
        reader([], [])
    with pytest.raises(InvalidSetting, match="level"):
        reader([1, 2], [1, 0], level=95)


def test_predictions_refuse_what_makes_no_sense() -> None:
    fitted = ShiftedBetaGeometric().fit_survivors(SURVIVORS)
    for wrong in (
        lambda: fitted.survival(-1),
        lambda: fitted.survival(1.5),
        lambda: fitted.renewal_probability(np.nan),
    ):
        with pytest.raises(InvalidHistory, match="whole number"):
            wrong()
    for setting in (
        lambda: fitted.retention_rate(0),
        lambda: fitted.discounted_residual(-0.1, 1),
        lambda: fitted.discounted_residual(0.1, 1, horizon=-1),
        lambda: fitted.discounted_residual(0.1, 1, until_renewal=2),
    ):
        with pytest.raises(InvalidSetting):
            setting()


def test_predictions_broadcast_and_accept_nobody() -> None:
    fitted = BetaDiscreteWeibull().fit_survivors(SURVIVORS)
    ages = np.array([[0, 3, 1], [7, 2, 0]])
    assert fitted.discounted_residual(0.1, ages).shape == (2, 3)
    assert fitted.renewal_probability(ages, [[1], [5]]).shape == (2, 3)
    assert fitted.discounted_residual(0.1, []).shape == (0,)
    assert fitted.discounted_residual(0.1, [], horizon=3).shape == (0,)
    assert fitted.leaving_posterior(ages).mean.shape == (2, 3)


def test_comparisons_need_two_groups_that_meet() -> None:
    with pytest.raises(NotEnoughData, match="one group"):
        log_rank([1, 2], [1, 1], ["a", "a"])
    with pytest.raises(NotEnoughData, match="Nobody left"):
        log_rank([1, 2], [0, 0], ["a", "b"])
    with pytest.raises(InvalidHistory, match="labels"):
        log_rank([1, 2], [1, 1], ["a"])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: MarkovMigration(((0.7, 0.4), (0.5, 0.5)), (1, 1)),
        lambda: MarkovMigration(((np.nan, 0.4), (0.5, 0.5)), (1, 1)),
        lambda: MarkovMigration(((1.0,),), (1, 1)),
        lambda: recency_migration((1.2,), 1, 1),
        lambda: recency_migration((0.5,), 1, 1).value(0.0),
        lambda: recency_migration((0.5,), 1, 1).best_stop(-0.1),
        lambda: best_policy([((1.0,),)], [(1.0, 2.0)], 0.1),
        lambda: SwitchingMatrix(((0.7, 0.2), (0.5, 0.5))),
        lambda: SwitchingMatrix(((0.7, 0.3), (0.5, 0.5))).lifetime_values((1, 0), 1, discount_rate=0),
        lambda: expected_lifetime(1.0),
        lambda: constant_retention_value(1, 1.5, 0.1, 3),
    ],
)
def test_settings_without_sense_are_refused(wrong: Any) -> None:
    with pytest.raises(InvalidSetting):
        wrong()


def test_purchases_by_recency_are_checked() -> None:
    for customer, period, code in (
        (["a"], [1, 2], "lengths_differ"),
        (["a"], [1.5], "not_whole"),
        (["a"], [9], "after_end"),
    ):
        with pytest.raises(InvalidHistory) as refused:
            recency_rates(customer, period, until=5, states=3)
        assert refused.value.code == code
    for empty in ([], ["a"]):
        with pytest.raises(NotEnoughData):
            recency_rates(empty, [5] * len(empty), until=5, states=3)


@pytest.fixture(scope="module")
def survey() -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(4)
    ratings = rng.integers(1, 6, (300, 3, 2)).astype(float)
    last = rng.integers(0, 3, 300)
    return ratings, last, simulate_driver_choices(ratings, last, inertia=0.8, coefficients=[0.5, 0.2], rng=rng)


def test_the_driver_logit_is_a_frozen_record_that_travels_as_json(survey: Any) -> None:
    fitted = DriverLogit(("price", "quality")).fit(*survey)
    assert fitted == DriverLogit(("price", "quality")).fit(*survey)
    assert FittedDriverLogit.from_json(fitted.to_json()) == record_from_json(fitted.to_json()) == fitted
    assert list(fitted.parameters) == ["inertia", "price", "quality"]


def test_surveys_that_tell_nothing_are_named(survey: Any) -> None:
    ratings, last, chosen = survey
    twins = np.repeat(ratings[:, :, :1], 2, axis=2)
    for wrong in (
        lambda: DriverLogit(("a", "b")).fit(twins, last, chosen),
        lambda: DriverLogit(("a",)).fit(np.eye(3)[chosen][:, :, np.newaxis], last, chosen),
        lambda: DriverLogit(("a",)).fit(np.ones((300, 3, 1)), last, chosen),
    ):
        with pytest.raises(DidNotConverge, match="tell the drivers apart"):
            wrong()
    with pytest.raises(NotEnoughData, match="too few"):
        DriverLogit(("a", "b")).fit(ratings[:5], last[:5], chosen[:5])
    with pytest.raises(NotEnoughData, match="same brand"):
        DriverLogit(("a", "b")).fit(ratings, last, np.zeros(300))
    with pytest.raises(InvalidHistory, match="brand number"):
        DriverLogit(("a", "b")).fit(ratings, last, chosen + 7)
    with pytest.raises(InvalidSetting):
        DriverLogit(("a", "a"))
