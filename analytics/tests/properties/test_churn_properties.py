"""No feature looks ahead; rows may be shuffled; reasons add up; weights repeat rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from fleuve_analytics.churn import (
    ChurnLogistic,
    ChurnModel,
    GapTable,
    Interactions,
    churn_features,
    cross_validate,
    gap_table,
    judge_churn,
    purged_split,
)
from fleuve_analytics.errors import InvalidHistory, InvalidSetting, NotEnoughData
from fleuve_analytics.history import Engine
from hypothesis import given, settings
from hypothesis import strategies as some

START = date(2023, 1, 1)
ORIGINS = [date(2023, 9, 1), date(2024, 1, 15)]
OPTIONS: dict[str, Any] = {
    "customer": "who", "at": "day", "spend": "paid", "origins": ORIGINS, "window_days": 60, "until": date(2024, 6, 30),
    "engine": Engine(threads=1),
}  # fmt: skip
line = some.tuples(some.integers(0, 4), some.integers(0, 540), some.integers(-20, 200))


def table_of(lines: list[tuple[int, int, int]]) -> pa.Table:
    columns = list(zip(*lines, strict=True)) if lines else ([], [], [])
    return pa.table(
        {
            "who": pa.array(columns[0], pa.int64()),
            "day": pa.array([START + timedelta(days=day) for day in columns[1]], pa.date32()),
            "paid": pa.array([float(paid) for paid in columns[2]], pa.float64()),
        }
    )


@settings(max_examples=7, deadline=None)
@given(some.lists(line, min_size=3, max_size=40), some.lists(line, min_size=1, max_size=15), some.randoms())
def test_rows_after_the_date_change_no_feature_whatever_they_are(before: Any, later: Any, shuffle: Any) -> None:
    before = [(0, 3, 50), *before]
    cut = (ORIGINS[0] - START).days
    later = [(who, cut + 1 + day % (540 - cut), paid) for who, day, paid in later]
    early = [row for row in before if row[1] <= cut]
    touched = [*early, *later]
    shuffle.shuffle(touched)
    options = {**OPTIONS, "origins": ORIGINS[:1]}

    def known(rows: list[tuple[int, int, int]]) -> Any:
        visits = Interactions(table_of(rows), "who", "day")
        return churn_features(table_of(rows), **options, interactions=visits)

    first, second = known(early), known(touched)
    assert first.customer.tolist() == second.customer.tolist()
    # Sums may be taken in another order.
    np.testing.assert_allclose(second.features, first.features, rtol=1e-12, atol=1e-12)


def test_figures_are_what_they_say() -> None:
    lines = [(1, 0, 100), (1, 100, 60), (1, 190, 40), (1, 400, 80), (2, 200, 10), (3, 500, 5)]
    visits = Interactions(table_of([(1, 230, 0), (1, 240, 0), (2, 100, 0), (2, 300, 0)]), "who", "day")
    table = churn_features(table_of(lines), **OPTIONS, interactions=visits)
    cut = (ORIGINS[0] - START).days
    assert table.customer.tolist() == [1, 2, 1, 2]
    row = dict(zip(table.names, table.features[0].tolist(), strict=True))
    assert row["silence_days"] == cut - 190
    assert row["tenure_days"] == cut
    assert row["mean_gap"] == 95
    assert row["last_gap"] == 90
    assert row["silence_over_mean_gap"] == pytest.approx((cut - 190) / 95)
    assert (row["purchase_days_90"], row["spend_90"]) == (1, 40)
    assert row["spend_trend_90"] == pytest.approx((40 - 60) / (40 + 60))
    assert row["basket_log_change_90"] == pytest.approx(np.log(40 / 80))
    assert np.isnan(row["same_season_last_year"])
    assert (row["interactions_30"], row["days_since_interaction"]) == (2, cut - 240)
    assert np.isnan(dict(zip(table.names, table.features[1].tolist(), strict=True))["mean_gap"])
    # Within 60 days of 15 January 2024 (day 379) customer 1 buys again; the others do not.
    assert table.happened.tolist() == [1, 1, 0, 1]
    assert table.spent_after.tolist() == [0, 0, 80, 0]


def test_outcomes_are_unknown_until_the_window_has_passed_and_the_long_gone_may_be_left_out() -> None:
    lines = [(1, 0, 100), (2, 350, 10)]
    late = churn_features(table_of(lines), **{**OPTIONS, "until": date(2024, 2, 1)})
    assert np.isnan(late.happened[late.origin == np.datetime64(ORIGINS[1])]).all()
    active = churn_features(table_of(lines), **OPTIONS, active_within=90)
    assert active.customer.tolist() == [2]


def test_training_ends_before_the_test_begins() -> None:
    origins = [date(2023, 6, 1) + timedelta(days=30 * step) for step in range(10)]
    lines = [(who, day, 10) for who in range(5) for day in range(who, 540, 37)]
    table = churn_features(table_of(lines), **{**OPTIONS, "origins": origins})
    train, test = purged_split(table, test_from=date(2024, 1, 1))
    last = table.origin[train].max() + np.timedelta64(60, "D")
    assert last <= table.origin[test].min()
    assert table.rows(train).happened.size == train.size
    with pytest.raises(NotEnoughData, match="test_from"):
        purged_split(table, test_from=date(2023, 6, 1))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"origins": []}, "origins"), ({"origins": [date(2025, 1, 1)]}, "origins"), ({"window_days": 0}, "window_days")],
)
def test_settings_without_sense_are_named(wrong: Any, code: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        churn_features(table_of([(1, 0, 1)]), **{**OPTIONS, **wrong})
    assert refused.value.code == code
    with pytest.raises(NotEnoughData, match="later"):
        churn_features(table_of([(1, 400, 1)]), **{**OPTIONS, "origins": ORIGINS[:1]})


def people(count: int = 400) -> tuple[Any, Any]:
    rng = np.random.default_rng(11)
    values = rng.normal(size=(count, 3)).round(1)
    return values, (rng.random(count) < 1 / (1 + np.exp(-values[:, 0] - values[:, 1] * values[:, 2]))).astype(float)


MODELS = [ChurnLogistic(), ChurnModel(rounds=20), ChurnModel(rounds=20, calibration="isotonic")]
every_model = pytest.mark.parametrize("model", MODELS, ids=["logistic", "boosted", "isotonic"])


@every_model
def test_the_order_of_rows_changes_nothing(model: Any) -> None:
    values, left = people()
    order = np.random.default_rng(1).permutation(len(left))
    first, second = model.fit(values, left), model.fit(values[order], left[order])
    assert second.probabilities(values) == pytest.approx(first.probabilities(values), abs=1e-9)


@every_model
def test_contributions_sum_to_the_log_odds(model: Any) -> None:
    values, left = people()
    values[::7, 1] = np.nan
    fitted = model.fit(values, left)
    base, added = fitted.contributions(values)
    assert base + added.sum(axis=1) == pytest.approx(fitted.log_odds(values), abs=1e-10)
    chances = fitted.probabilities(values)
    assert ((chances > 0) & (chances < 1)).all()
    for row, reasons in enumerate(fitted.reasons(values[:20], most=3)):
        parts = [one.contribution for one in reasons]
        assert parts == sorted(parts, key=lambda part: -abs(part))
        assert set(parts) <= set(added[row].tolist())


@every_model
def test_a_feature_known_of_nobody_does_no_harm(model: Any) -> None:
    values, left = people()
    unknown = np.column_stack([values, np.full(len(left), np.nan)])
    fitted = model.fit(unknown, left, groups=np.arange(len(left)))
    same = model.fit(values, left, groups=np.arange(len(left)))
    assert fitted.probabilities(unknown) == pytest.approx(same.probabilities(values), abs=1e-9)
    assert (fitted.contributions(unknown)[1][:, -1] == 0).all()


def test_weights_are_repeated_rows() -> None:
    values, left = people()
    weights = np.random.default_rng(2).integers(0, 4, len(left))
    logistic = ChurnLogistic().fit(values, left, weights)
    repeated = ChurnLogistic().fit(np.repeat(values, weights, axis=0), np.repeat(left, weights))
    # Newton's method ends at a slope of 1e-9 a customer.
    assert logistic.coefficients == pytest.approx(repeated.coefficients, abs=1e-7)
    assert logistic.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-9)


def test_copies_stay_on_one_side_of_every_split() -> None:
    values, left = people(150)
    copied, outcome = np.tile(values, (3, 1)), np.tile(left, 3)
    found = cross_validate(ChurnLogistic(), copied, outcome, folds=5, rng=np.random.default_rng(3))
    assert found.twins >= 300
    folds = found.fold.reshape(3, -1)
    assert (folds == folds[0]).all()


def test_equal_chances_at_the_border_of_a_list_do_not_depend_on_the_order() -> None:
    chance, left = np.array([0.9, 0.5, 0.5, 0.5, 0.1]), np.array([1, 1, 0, 0, 0])
    report = judge_churn(chance, left, listed=0.4)
    # One sure, and one of three of whom a third left: (1 + 1/3)/2 over a base of 2/5.
    assert report.lift == pytest.approx((4 / 3) / 2 / 0.4)
    assert judge_churn(chance[::-1], left[::-1], listed=0.4).lift == pytest.approx(report.lift)


@every_model
def test_bad_input_is_named(model: Any) -> None:
    values, left = people()
    with pytest.raises(NotEnoughData, match="longer"):
        model.fit(values, np.zeros(len(left)))
    with pytest.raises(NotEnoughData) as refused:
        model.fit(values[:0], left[:0])
    assert refused.value.code == "empty"
    for features, happened, code in (
        (np.where(values > 2, np.inf, values), left, "features"),
        (values[:, 0], left, "features"),
        (values, left[:-1], "happened"),
        (values, left + 1, "happened"),
    ):
        with pytest.raises(InvalidSetting) as wrong:
            model.fit(features, happened)
        assert wrong.value.code == code
    fitted = model.fit(values, left)
    with pytest.raises(InvalidSetting, match="order of the fit"):
        fitted.probabilities(values[:, :2])


def test_gaps_come_from_purchase_days() -> None:
    table = gap_table(
        table_of([(1, 0, 5), (1, 0, 5), (1, 9, 5), (1, 30, -5), (2, 7, 5)]),
        customer="who", at="day", spend="paid", until=START + timedelta(days=40),
    )  # fmt: skip
    assert (table.gaps.value.tolist(), table.silence.tolist()) == ([9.0], [31.0, 33.0])
    assert table.spends.value.tolist() == [10.0, 5.0, 5.0]
    with pytest.raises(InvalidHistory, match="gap"):
        GapTable.of([1], [0.0], [1], [3.0])
