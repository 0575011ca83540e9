"""Charts: the table says what was given, the drawing says what the table says, and no colour stands in an attribute."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from fleuve.ui.charts import (
    Band,
    Chart,
    Flow,
    Mark,
    Series,
    Step,
    bars,
    bridge,
    concentration,
    curve,
    heat,
    lines,
    ranked,
    river,
    spark,
)
from fleuve.ui.charts.scale import scale_for, thinned
from fleuve.ui.charts.svg import trimmed

TITLE = "Smith & Sons <b>grew</b>."


def _every_kind() -> list[Chart]:
    common: dict[str, Any] = {"title": TITLE, "unit": "£"}
    return [
        bars(["a", "b"], [1, 2], partial={1}, compare=[1, 1], links=["/a", "/b"], **common),
        ranked(["a"], [1], **common),
        lines(["a", "b", "c"], [Series("x", [1, None, 3], [0, None, 2], [2, None, 4])], partial_from=2, **common),
        bridge([Step("O", 100, "total"), Step("N", -20, url="/n"), Step("C", 80, "total")], **common),
        heat(["r"], ["c"], [[0.5]], **common),
        curve([(0, 0), (1, 1)], low=[0, 0.9], high=[0.1, 1], marks=[Mark(1, 1, "m")], dots=[(0.5, 0.4)], **common),
        concentration([(0.1, 0.6), (1, 1)], **common),
        river(["p", "q"], [Band("x", "X"), Band("y", "Y")], [Flow(0, "x", "y", 3, "/q")], **common),
    ]


@pytest.mark.parametrize("chart", _every_kind(), ids=lambda chart: chart.kind)
def test_every_drawing_is_well_formed_names_its_finding_and_carries_no_style(chart: Chart) -> None:
    root = ElementTree.fromstring(f"<div>{chart.body}</div>")
    assert TITLE in "".join(element.get("aria-label", "") + (element.text or "") for element in root.iter())
    assert "<b>" not in chart.body
    assert not re.search(r'style=|fill="#|stroke="', chart.body)


def test_nothing_to_draw_is_still_a_chart() -> None:
    empty = [
        bars([], [], title=TITLE),
        ranked([], [], title=TITLE),
        lines([], [Series("x", [])], title=TITLE),
        bridge([], title=TITLE),
        heat([], [], [], title=TITLE),
        curve([], title=TITLE),
        concentration([], title=TITLE),
        river([], [], [], title=TITLE),
        bars(["a"], [None], title=TITLE),
        bars(["a", "b"], [-3, -1], title=TITLE),
        ranked(["a"], [0], title=TITLE),
    ]
    for chart in empty:
        ElementTree.fromstring(f"<div>{chart.body}</div>")


def test_bars_hatch_a_partial_period_and_never_compare_it() -> None:
    chart = bars(["Nov", "Dec"], [10, 4], partial={1}, compare=[8, 9], title=TITLE)
    assert chart.table.rows == (("Nov", "10", "8"), ("Dec (period not complete)", "4", "–"))
    assert chart.body.count('class="compare"') == 1
    assert 'fill="url(#hatch-' in chart.body


def test_bars_lead_to_their_lists_from_the_drawing_and_from_the_table() -> None:
    chart = bars(["a"], [1], links=["/list/?month=1&x=2"], title=TITLE)
    assert 'href="/list/?month=1&amp;x=2"' in chart.body
    assert chart.table.linked_rows == [(("a", "1"), "/list/?month=1&x=2")]


def test_lines_lift_over_a_gap() -> None:
    chart = lines(["a", "b", "c"], [Series("x", [1, None, 3])], title=TITLE)
    assert [row[1] for row in chart.table.rows] == ["1", "–", "3"]
    paths = re.findall(r'<path d="([^"]*)" class="line', chart.body)
    assert [path.count("M") for path in paths] == [2]


def test_a_bridge_hangs_each_change_where_the_step_before_ended() -> None:
    steps = [Step("Opening", 100, "total"), Step("New", 30), Step("Lost", -50), Step("Closing", 80, "total")]
    chart = bridge(steps, title=TITLE)
    assert [row[1] for row in chart.table.rows] == ["100", "+30", "−50", "80"]
    wide = chart.body.split("narrow-drawing")[0]
    boxes = re.findall(r'y="([\d.]+)" height="([\d.]+)" class="fill (\w+)"', wide)
    tops = [(float(y), float(y) + float(height), tone) for y, height, tone in boxes]
    opening, new, lost, closing = tops
    assert new[1] == pytest.approx(opening[0], abs=0.05)
    assert lost[0] == pytest.approx(new[0], abs=0.05)
    assert closing[0] == pytest.approx(lost[1], abs=0.05)
    assert [tone for _top, _base, tone in tops] == ["total", "gain", "loss", "total"]


def test_a_heat_map_greys_what_is_not_complete_and_leaves_the_rest_empty() -> None:
    chart = heat(["Jan", "Feb"], ["0", "1"], [[1.0, 0.4], [1.0, None]], incomplete={(0, 1)}, top=0.5, title=TITLE)
    assert chart.body.count('class="incomplete"') == 1
    assert chart.body.count('class="none"') == 1
    assert chart.body.count('class="depth-8"') == 2


def test_a_river_keeps_every_amount_and_stacks_without_overlap() -> None:
    flows = [
        Flow(0, "top", "top", 5),
        Flow(0, "top", "low", 2),
        Flow(0, "low", "low", 9, "/x/"),
        Flow(0, "low", "top", 0),
    ]
    chart = river(["Q1", "Q2"], [Band("top", "Top"), Band("low", "Low")], flows, title=TITLE)
    assert [row[1:] for row in chart.table.rows] == [("Top", "Top", "5"), ("Top", "Low", "2"), ("Low", "Low", "9")]
    assert chart.table.links == ("", "", "/x/")
    posts = re.findall(r'<rect x="0%" y="([\d.]+)" width="9" height="([\d.]+)"', chart.body)
    (top, size), (second, _size) = [(float(y), float(height)) for y, height in posts]
    assert second >= top + size


def test_a_spark_needs_two_points() -> None:
    assert spark([3]) == ""
    assert 'aria-label="Revenue"' in spark([1, None, 3], label="Revenue")


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0, 93], (0, 25, 50, 75, 100)),
        ([-4, 9], (-5, 0, 5, 10)),
        ([0], (0, 0.25, 0.5, 0.75, 1)),
        ([], (0, 0.25, 0.5, 0.75, 1)),
    ],
)
def test_ticks_are_round_and_hold_every_value(values: list[float], ticks: tuple[float, ...]) -> None:
    assert scale_for(values, length=100, top=0).ticks == ticks


def test_the_last_period_is_always_labelled() -> None:
    assert thinned(13, 8)[-1] == 12
    assert len(thinned(240, 8)) <= 8


def test_ticks_lose_the_noughts_that_all_of_them_have() -> None:
    assert trimmed(["£0", "£500K", "£1.00M", "£1.50M"]) == ["£0", "£500K", "£1.0M", "£1.5M"]
    assert trimmed(["0,00 €", "1,00 €"]) == ["0 €", "1 €"]
