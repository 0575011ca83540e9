"""The contract of records that are more than a few parameters: segments, trees, rhythms, baskets."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import record_from_json
from fleuve_analytics.churn import BasketModel, ChurnLogistic, ChurnModel, GapTable, RhythmModel
from fleuve_analytics.errors import AnalyticsError, InvalidSetting, MissingExtra, NotEnoughData
from fleuve_analytics.records import Record
from fleuve_analytics.segmentation import MixtureSegments, RateSegments
from fleuve_analytics.simulate import simulate_rhythms

RNG = np.random.default_rng(1)
ROWS = np.concatenate([RNG.normal(0, 1, (120, 2)), RNG.normal(4, 1, (60, 2))]).round(2)
LEFT = (RNG.random(180) < 1 / (1 + np.exp(-ROWS[:, 0]))).astype(float)
TIMES = np.full(180, 26.0)
BOUGHT = RNG.poisson(TIMES * np.where(LEFT, 0.05, 0.6))
PEOPLE = simulate_rhythms(RNG.lognormal(3, 0.5, 120), 2.0, days=400.0, rng=RNG)
RHYTHM = RhythmModel(shapes=(1.0, 2.0, 4.0))

FITS: dict[str, Callable[..., Record]] = {
    "MixtureSegments": lambda rows=ROWS, weights=None: MixtureSegments(most=3, starts=2).fit(
        rows, weights, rng=np.random.default_rng(3)
    ),
    "RateSegments": lambda rows=BOUGHT, weights=None: RateSegments().fit(rows, TIMES[: len(rows)], weights),
    "ChurnModel": lambda rows=ROWS, weights=None: ChurnModel(rounds=10).fit(rows, LEFT[: len(rows)], weights),
    "ChurnLogistic": lambda rows=ROWS, weights=None: ChurnLogistic().fit(rows, LEFT[: len(rows)], weights),
    "RhythmModel": lambda: RHYTHM.fit(PEOPLE),
    "BasketModel": lambda: BasketModel().fit(PEOPLE),
}
every_record = pytest.mark.parametrize("name", FITS)
every_matrix = pytest.mark.parametrize("name", [name for name in FITS if "Model" not in name or name == "ChurnModel"])


@every_record
def test_fitting_twice_is_fitting_once(name: str) -> None:
    first, second = FITS[name](), FITS[name]()
    assert first == second
    assert hash(first) == hash(second)
    assert type(first).model == name


@every_record
def test_a_record_is_frozen_and_made_of_numbers_and_words(name: str) -> None:
    def check(value: Any) -> None:
        assert type(value) in (float, int, bool, str, tuple)
        for part in value if isinstance(value, tuple) else ():
            check(part)

    record = FITS[name]()
    for field in dataclasses.fields(record):
        check(getattr(record, field.name))
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.customers = 0.0  # type: ignore[misc]


@every_record
def test_it_survives_a_trip_through_json(name: str) -> None:
    record = FITS[name]()
    text = record.to_json()
    json.loads(text, parse_constant=pytest.fail)
    assert type(record).from_json(text) == record
    assert record_from_json(text) == record


def test_other_texts_are_refused() -> None:
    segments = FITS["RateSegments"]()
    with pytest.raises(InvalidSetting, match="record_from_json"):
        type(FITS["ChurnLogistic"]()).from_json(segments.to_json())
    for text in ('{"model": "Crystal ball"}', "[]", "not json"):
        with pytest.raises(InvalidSetting, match="library"):
            record_from_json(text)
    older = json.loads(segments.to_json())
    del older["rates"]
    with pytest.raises(InvalidSetting, match="Fit it again"):
        record_from_json(json.dumps(older))


@every_matrix
def test_inputs_are_left_as_they_were(name: str) -> None:
    given = BOUGHT if name == "RateSegments" else ROWS
    rows = given.copy()
    rows.flags.writeable = False
    FITS[name](rows)
    assert np.array_equal(rows, given, equal_nan=True)


@every_matrix
@pytest.mark.parametrize("rows", [0, 1], ids=["nobody", "one customer"])
def test_too_few_people_are_refused_in_words(name: str, rows: int) -> None:
    with pytest.raises(NotEnoughData, match=r"history|purchases"):
        FITS[name]((BOUGHT if name == "RateSegments" else ROWS)[:rows])


@every_matrix
@pytest.mark.parametrize("weights", [[1.0], [-1.0] * 180], ids=["too few", "negative"])
def test_weights_are_checked(name: str, weights: list[float]) -> None:
    with pytest.raises(AnalyticsError, match="Weights") as refused:
        FITS[name](weights=weights)
    assert refused.value.code == "weights"


@pytest.mark.parametrize("model", [RHYTHM, BasketModel()], ids=["rhythm", "baskets"])
def test_a_population_needs_people_who_came_back(model: Any) -> None:
    few = GapTable.of([1, 2], [3.0], [1, 0], [1.0, 5.0])
    with pytest.raises(NotEnoughData, match="longer"):
        model.fit(few)


def test_without_scikit_learn_the_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sklearn.ensemble", None)
    with pytest.raises(MissingExtra, match=r"fleuve-analytics\[churn\]"):
        FITS["ChurnModel"]()
