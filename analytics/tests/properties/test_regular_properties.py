"""What must hold whatever the data for regular buyers, BG/BB and NBD: order, unit, repetition, limits, extremes."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import (
    BetaGeometricBetaBernoulli,
    BetaGeometricRegular,
    ModifiedBetaGeometricRegular,
    NegativeBinomial,
    fitted_from_json,
)
from fleuve_analytics.errors import InvalidHistory, InvalidSetting
from fleuve_analytics.lifetime import (
    FittedBetaGeometricBetaBernoulli,
    FittedBetaGeometricRegular,
    FittedModifiedBetaGeometricRegular,
    FittedNegativeBinomial,
    SimulatedHistories,
)
from hypothesis import given, settings
from hypothesis import strategies as some

LETTERS = {"r": 0.8, "alpha": 3.0, "a": 0.9, "b": 3.0}
REGULAR: list[Any] = [
    FittedBetaGeometricRegular.of(k=2, **LETTERS),
    FittedModifiedBetaGeometricRegular.of(k=3, **LETTERS),
    FittedModifiedBetaGeometricRegular.of(k=12, **LETTERS),
]
DONORS = FittedBetaGeometricBetaBernoulli.of(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8)
MODELS = [BetaGeometricRegular(), ModifiedBetaGeometricRegular(), BetaGeometricBetaBernoulli(), NegativeBinomial()]
# All searches end with Newton's steps on a gradient below 1e-9 a customer.
SAME = 2e-6


def named(values: list[Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "model", values, ids=lambda model: f"{type(model).__name__}{getattr(model, 'k', '') or ''}"
    )


def crowd(model: Any) -> dict[str, Any]:
    """Made-up histories that the model can be fitted to, by the name of its arguments."""
    rng = np.random.default_rng(11)
    if isinstance(model, BetaGeometricBetaBernoulli):
        made: SimulatedHistories = DONORS.simulate(rng.integers(5, 15, 900), rng)
    elif isinstance(model, NegativeBinomial):
        made = FittedNegativeBinomial.of(r=0.4, alpha=12).simulate(rng.uniform(20, 60, 900), rng)
    else:
        made = REGULAR[0].simulate(rng.uniform(20, 60, 900), rng)
    given = {"frequency": made.frequency, "recency": made.recency, "age": made.age, "log_gaps": made.log_gaps}
    return {name: part for name, part in given.items() if part is not None}


@named(MODELS)
def test_the_order_of_rows_changes_nothing(model: Any) -> None:
    given, order = crowd(model), np.random.default_rng(1).permutation(900)
    first, other = model.fit(**given), model.fit(**{name: part[order] for name, part in given.items()})
    assert other.parameters == first.parameters
    assert other.log_likelihood == pytest.approx(first.log_likelihood, rel=1e-13)


@named(MODELS)
def test_weights_are_repeated_rows(model: Any) -> None:
    given, weights = crowd(model), np.random.default_rng(2).integers(0, 4, 900)
    weighted = model.fit(**given, weights=weights)
    repeated = model.fit(**{name: np.repeat(part, weights) for name, part in given.items()})
    assert weighted.parameters == pytest.approx(repeated.parameters, rel=SAME)
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-12)
    assert weighted.n == repeated.n


@named([model for model in MODELS if not isinstance(model, BetaGeometricBetaBernoulli)])
@pytest.mark.parametrize("days", [7.0, 7.0 * 86_400, 1 / 52])
def test_the_unit_of_time_only_scales_times(model: Any, days: float) -> None:
    given = crowd(model)
    weeks, x = model.fit(**given), given["frequency"]
    longer = {name: part if name == "frequency" else part * days for name, part in given.items()}
    if "log_gaps" in given:
        longer["log_gaps"] = given["log_gaps"] + x * np.log(days)
    other = model.fit(**longer)
    scaled = {name: value * (days if name == "alpha" else 1) for name, value in weeks.parameters.items()}
    assert other.parameters == pytest.approx(scaled, rel=SAME)
    assert getattr(other, "k", 0) == getattr(weeks, "k", 0)
    # A density per unit of time, once a purchase.
    assert other.log_likelihood == pytest.approx(weeks.log_likelihood - x.sum() * np.log(days), rel=1e-11)


def test_log_gaps_decide_on_k_and_on_nothing_else() -> None:
    given = crowd(BetaGeometricRegular())
    with_gaps, log_gaps = BetaGeometricRegular(k=2).fit(**given), given.pop("log_gaps")
    without = BetaGeometricRegular(k=2).fit(**given)
    assert without.parameters == with_gaps.parameters
    assert without.log_likelihood + log_gaps.sum() == pytest.approx(with_gaps.log_likelihood, rel=1e-12)
    assert BetaGeometricRegular().fit(**given, log_gaps=log_gaps).k == 2
    with pytest.raises(InvalidSetting, match="gaps=True") as refused:
        BetaGeometricRegular().fit(**given)
    assert refused.value.code == "log_gaps"


@pytest.mark.parametrize("k", [0, -1, 1.5, True])
def test_k_is_a_whole_number(k: Any) -> None:
    with pytest.raises(InvalidSetting, match="whole number"):
        BetaGeometricRegular(k=k)
    with pytest.raises(InvalidSetting, match="whole number"):
        FittedBetaGeometricRegular.of(k=k, **LETTERS)


FAULTS = {
    "lengths_differ": [0.0],
    "not_finite": [0.0, np.nan],
    "gaps_exceed_recency": [0.0, 2 * np.log(7 * 5.0)],
    "gap_is_not_recency": [1.0, 1.0],
}


@pytest.mark.parametrize("code", FAULTS)
def test_gaps_that_cannot_add_up_are_named(code: str) -> None:
    """Days in the place of weeks, a missing sum, a gap where there was no second purchase."""
    with pytest.raises(InvalidHistory) as refused:
        BetaGeometricRegular().fit([0, 2] * 20, [0.0, 10.0] * 20, [12.0, 12.0] * 20, FAULTS[code] * 20)
    assert refused.value.code == ("gaps_exceed_recency" if code == "gap_is_not_recency" else code)
    if code == "gap_is_not_recency":
        with pytest.raises(InvalidHistory, match="another unit") as refused:
            BetaGeometricRegular().fit([1] * 20, [10.0] * 20, [12.0] * 20, [0.0] * 20)
        assert refused.value.code == code


def test_opportunities_are_whole_and_hold_the_purchases() -> None:
    for history, code in (((2, 1, 5), "more_than_recency"), ((1, 1.5, 5), "not_whole"), ((1, 1, 5.5), "not_whole")):
        with pytest.raises(InvalidHistory, match="row 0") as refused:
            DONORS.probability_alive(*history)
        assert refused.value.code == code
    with pytest.raises(InvalidSetting, match="whole number"):
        DONORS.expected_purchases(2.5, 1, 1, 5)
    assert DONORS.probability_of_purchases([2.5, -1, 9], 5, 1, 1, 5).tolist() == [0, 0, 0]


@named([*REGULAR, DONORS])
def test_no_time_brings_no_purchase_and_more_time_never_less(model: Any) -> None:
    assert model.expected_purchases(0, 3, 10, 20) == 0
    assert model.expected_purchases_new(0) == 0
    assert model.probability_of_purchases(0, 0, 3, 10, 20) == pytest.approx(1)
    expected = model.expected_purchases(np.array([1, 5, 20, 100, 1_000, 1e4]), 3, 10, 20)
    assert (np.diff(expected) > 0).all()


@named(REGULAR)
def test_silence_lowers_the_chance_of_being_a_customer_the_faster_the_more_regular(model: Any) -> None:
    silences = np.array([0.0, 5.0, 20.0, 100.0, 1_000.0])
    alive = model.probability_alive(5, 20, 20 + silences)
    assert (np.diff(alive) < 0).all()
    # The same pace of purchases at random.
    random = type(model).of(k=1, **{**LETTERS, "alpha": LETTERS["alpha"] * model.k})
    assert (alive[2:] < random.probability_alive(5, 20, 20 + silences[2:])).all()


@named(REGULAR)
@settings(max_examples=25, deadline=None)
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
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        alive, expected = model.probability_alive(*history), model.expected_purchases(horizon, *history)
        chance = model.probability_of_purchases(frequency, horizon, *history)
    assert 0 <= alive <= 1
    # Rounding may take 1e-16 of the number of past purchases; one purchase may be due already.
    assert -1e-9 <= expected <= (frequency + 13) / age * horizon * 1.001 + 1 + 1e-6
    assert -1e-12 <= chance <= 1 + 1e-12


@named([DONORS, *REGULAR])
def test_a_stated_model_keeps_its_k_through_json(model: Any) -> None:
    assert fitted_from_json(model.to_json()) == model


@named(REGULAR)
def test_the_same_seed_draws_the_same_futures_and_silence_must_be_known(model: Any) -> None:
    first, second = (
        model.sample_future_purchases(39, [2, 5], [30, 20], [39, 39], 50, np.random.default_rng(9)) for _ in range(2)
    )
    assert (first == second).all()
    with pytest.raises(InvalidSetting, match="silence"):
        model.sample_if_alive(39, [2, 5], [39, 39], 50, np.random.default_rng(9))


@named(MODELS[:2])
def test_people_without_differences_are_a_limit_case_that_says_so_and_still_predicts(model: Any) -> None:
    given = np.full(200, 4), np.full(200, 9.5), np.full(200, 10.0)
    fitted = model.fit(*given, 4 * np.log(given[1] / 4))
    assert not fitted.converged
    assert fitted.k == 12
    assert fitted.expected_purchases(10, 4, 9.5, 10) == pytest.approx(4, rel=0.2)
