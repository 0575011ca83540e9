"""Charts show the figures they claim, hold no row per customer, and can be drawn without a network."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import BetaGeometric, ParetoNBD, Response, plots
from fleuve_analytics.backtest import CalibrationGroup, calibration_by_group
from fleuve_analytics.equity import movement_statement
from fleuve_analytics.errors import InvalidSetting, MissingExtra, NotEnoughData
from fleuve_analytics.history import PurchaseTable, SplitTable
from fleuve_analytics.lifetime import FittedBetaGeometric, FittedParetoNBD


@pytest.fixture(scope="module")
def fitted(cdnow: PurchaseTable) -> FittedParetoNBD:
    return ParetoNBD().fit(cdnow.frequency, cdnow.recency, cdnow.age)


def rows(chart: Any) -> list[dict[str, Any]]:
    """All rows that the chart's layers and panels carry."""
    found: list[dict[str, Any]] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            found.extend(part.get("values", []) if isinstance(part.get("values"), list) else [])
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(chart.to_dict())
    return found


def test_frequencies_seen_and_expected_are_those_of_the_data_and_the_model(
    cdnow: PurchaseTable, fitted: FittedParetoNBD
) -> None:
    drawn = rows(plots.frequency_fit(fitted, cdnow.frequency, cdnow.age, most=3))
    seen = {row["repeats"]: row["customers"] for row in drawn if row.get("what") == "seen"}
    assert seen == {"0": 1411, "1": 439, "2": 214, "3 or more": 293}  # Fader, Hardie & Lee (2005), figure 2
    expected = {row["repeats"]: row["customers"] for row in drawn if row.get("what") == "expected"}
    assert sum(expected.values()) == pytest.approx(2357)
    by_hand = sum(float(fitted.probability_of_purchases_new(1, age)) for age in cdnow.age)
    assert expected["1"] == pytest.approx(by_hand)


def test_expected_repeats_add_up_what_is_expected_of_each_customer(fitted: FittedParetoNBD) -> None:
    start = np.array([0.0, 0.0, 5.0, 30.0])
    by_hand = [sum(float(fitted.expected_purchases_new(max(t - s, 0))) for s in start) for t in (3.0, 20.0, 52.0)]
    assert plots.expected_repeats(fitted, start, [3.0, 20.0, 52.0]) == pytest.approx(by_hand)


def test_the_course_of_a_forecast_counts_every_repeat_once(fitted: FittedParetoNBD) -> None:
    chart = plots.tracking(fitted, [0.0, 1.0], [0.5, 1.0, 3.9, 12.0], learned_until=2, periods=4)
    seen = [row["purchases"] for row in rows(chart) if row.get("what") == "seen"]
    assert sorted(seen) == sorted([2, 2, 2, 3, 2, 0, 0, 1])


def test_the_surface_holds_the_chance_of_each_cell(fitted: FittedParetoNBD) -> None:
    cells = rows(plots.alive_surface(fitted, 39, most=3))
    assert len(cells) == 3 * 40
    cell = cells[57]
    silence = (cell["low"] + cell["high"]) / 2
    assert cell["chance"] == pytest.approx(float(fitted.probability_alive(cell["repeats"], 39 - silence, 39)))


def test_a_cohort_shows_its_share_and_nothing_for_what_has_not_come() -> None:
    cells = rows(plots.cohort_heat_map(["January", "February"], [[100, 40], [50, np.nan]]))
    shown = {(cell["cohort"], cell["period"]): cell["share"] for cell in cells if "cohort" in cell}
    assert shown == {("January (100)", 0): 1.0, ("January (100)", 1): 0.4, ("February (50)", 0): 1.0}


def test_the_waterfall_goes_from_opening_to_closing() -> None:
    statement = movement_statement(
        [100, 50, 0],
        [130, 0, 20],
        [135, 0, 20],
        is_first_seen=[False, False, True],
        was_lost=[False] * 3,
        is_lost=[False, True, False],
    )
    bars = {row["line"]: row["change"] for row in rows(plots.movement_waterfall(statement, "€")) if "line" in row}
    assert bars == {
        "Opening": 150,
        "New": 20,
        "Won back": 0,
        "Grown": 30,
        "Shrunk": 0,
        "Lost": -50,
        "Method": 5,
        "Closing": 155,
    }


def test_response_curves_pass_through_todays_point() -> None:
    response = Response(spend=8, rate=0.60, ceiling=0.80)
    drawn = rows(plots.response_curves({"retention": response}, chosen={"retention": 15.8}))
    today, chosen = (next(row for row in drawn if row.get("what") == what) for what in ("today", "chosen"))
    assert (today["spend"], today["rate"]) == (8, pytest.approx(0.60))
    assert chosen["rate"] == pytest.approx(float(response.rate_at(15.8)))
    assert any(row == {"rate": 0.80} for row in drawn)


def test_calibration_and_concentration_say_their_answer_in_words(cdnow_halves: SplitTable) -> None:
    model = BetaGeometric().fit(cdnow_halves.frequency, cdnow_halves.recency, cdnow_halves.age)
    history = (cdnow_halves.frequency, cdnow_halves.recency, cdnow_halves.age)
    groups = calibration_by_group(model.expected_purchases(39, *history), cdnow_halves.holdout_frequency)
    assert "1,653 purchases predicted, 1,882 came" in plots.calibration(groups).to_dict()["title"]["subtitle"]
    title = plots.concentration([80, 10, 5, 5, 0]).to_dict()["title"]["subtitle"]
    assert title == "One in five customers (1 of 5) holds 80% of the value."


def test_a_million_customers_make_a_small_chart() -> None:
    model = FittedBetaGeometric.of(r=0.243, alpha=4.414, a=0.793, b=2.426)
    rng = np.random.default_rng(1)
    frequency, age = rng.poisson(2, 1_000_000), rng.integers(1, 78, 1_000_000)
    charts = [
        plots.frequency_fit(model, frequency, age),
        plots.tracking(model, 78 - age, rng.uniform(0, 78, 1_000_000), learned_until=39, periods=78),
        plots.concentration(rng.gamma(1, 50, 1_000_000)),
    ]
    assert all(len(json.dumps(chart.to_dict())) < 60_000 for chart in charts)


def test_a_chart_becomes_a_picture_without_a_network(fitted: FittedParetoNBD, tmp_path: Any) -> None:
    path = tmp_path / "alive.png"
    plots.alive_surface(fitted, 39).save(str(path))
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert path.stat().st_size > 5_000


@pytest.mark.parametrize(
    ("draw", "code"),
    [
        (lambda model: plots.frequency_fit(model, [1], [1], most=0), "most"),
        (lambda model: plots.alive_surface(model, -1), "age"),
        (lambda model: plots.tracking(model, [0], [1], learned_until=1, periods=1), "periods"),
        (lambda _: plots.cohort_heat_map(["a"], [[0, 1]]), "cohorts"),
        (lambda _: plots.response_curves({}), "responses"),
        (lambda _: plots.response_curves({"a": Response(1, 0.1, 0.2)}, chosen={"b": 1}), "chosen"),
        (lambda _: plots.calibration([]), "groups"),
        (lambda _: plots.concentration([-1.0]), "value"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(draw: Any, code: str, fitted: FittedParetoNBD) -> None:
    with pytest.raises(InvalidSetting) as refused:
        draw(fitted)
    assert refused.value.code == code


def test_nothing_to_share_is_not_enough_data() -> None:
    with pytest.raises(NotEnoughData):
        plots.concentration([0.0, 0.0])


def test_groups_that_expect_and_bring_nothing_are_drawn_all_the_same() -> None:
    assert "0 purchases predicted" in plots.calibration([CalibrationGroup(1, 0.0, 0.0)]).to_dict()["title"]["subtitle"]


def test_without_the_extra_the_way_to_get_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "altair", None)
    with pytest.raises(MissingExtra, match="plots"):
        plots.concentration([1.0])
