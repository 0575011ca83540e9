"""Lines through time, with gaps, an interval band and a part that is not complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fleuve.ui.charts.model import Chart, ChartTable, LegendItem, Text, Words
from fleuve.ui.charts.scale import Scale, scale_for
from fleuve.ui.charts.svg import drawing, grid, gutter_for, percent_of, stretched, tag, titled, x_labels

__all__ = ["Series", "lines", "path_through"]

_TOP, _HEIGHT, _FOOT = 22, 200, 26


@dataclass(frozen=True)
class Series:
    """One line; ``None`` is a gap, ``low`` and ``high`` the ends of its interval."""

    label: Text
    values: Sequence[float | None]
    low: Sequence[float | None] | None = None
    high: Sequence[float | None] | None = None


def lines(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    partial_from: int | None = None,
    from_zero: bool = True,
    **common: Any,
) -> Chart:
    """Lines over the same periods; from ``partial_from`` on the line is dashed."""
    words = Words(**common)
    labels = [str(label) for label in labels]
    every = [value for line in series for value in (*line.values, *(line.low or ()), *(line.high or ()))]
    scale = scale_for(every, length=_HEIGHT, top=_TOP, from_zero=from_zero)
    places = [index / max(1, len(labels) - 1) for index in range(len(labels))]
    height = _TOP + _HEIGHT + _FOOT
    drawn = [part for number, line in enumerate(series, 1) for part in _line(line, number, places, scale, partial_from)]
    dots = [dot for number, line in enumerate(series, 1) for dot in _dots(line, number, labels, places, scale, words)]
    inner = [stretched(drawn, height), *dots, *x_labels(labels, places, _TOP + _HEIGHT + 18)]
    ticks = [words.show(value) for value in scale.ticks]
    body = drawing([*grid(scale, ticks), *inner], height=height, words=words.title, gutter=gutter_for(ticks))
    return words.chart("lines", body, _table(labels, series, partial_from, words), _legend(series, partial_from))


def path_through(points: Sequence[tuple[float, float] | None]) -> str:
    """Path data through the points (already in drawing units), lifted over gaps."""
    data, is_down = [], False
    for point in points:
        if point is None:
            is_down = False
            continue
        data.append(f"{'L' if is_down else 'M'}{point[0]:.1f} {point[1]:.1f}")
        is_down = True
    return "".join(data)


def _points(values: Sequence[float | None], places: Sequence[float], scale: Scale) -> list[tuple[float, float] | None]:
    pairs = zip(values, places, strict=True)
    return [None if value is None else (1000 * place, scale.y(value)) for value, place in pairs]


def _line(line: Series, number: int, places: Sequence[float], scale: Scale, partial_from: int | None) -> list[str]:
    tone = f"series-{number}"
    parts = []
    if line.low is not None and line.high is not None:
        low, high = _points(line.low, places, scale), _points(line.high, places, scale)
        edge = [point for point in high if point] + [point for point in reversed(low) if point]
        if edge:
            parts.append(tag("path", d=path_through(edge) + "Z", class_=f"band fill {tone}"))
    points = _points(line.values, places, scale)
    cut = len(points) if partial_from is None else partial_from
    parts.append(tag("path", d=path_through(points[:cut]), class_=f"line stroke {tone}"))
    if cut < len(points):
        tail = path_through(points[max(0, cut - 1) :])
        parts.append(tag("path", d=tail, class_=f"line stroke dashed {tone}"))
    return parts


def _dots(
    line: Series, number: int, labels: Sequence[str], places: Sequence[float], scale: Scale, words: Words
) -> list[str]:
    found = [(index, value) for index, value in enumerate(line.values) if value is not None]
    dots = []
    for index, value in found:
        is_last = index == found[-1][0]
        said = f"{line.label}, {labels[index]}: {words.show(value)}"
        class_ = f"dot fill series-{number}" + ("" if is_last else " hover")
        dots.append(titled("circle", said, cx=percent_of(places[index]), cy=scale.y(value), r=4, class_=class_))
    return dots


def _legend(series: Sequence[Series], partial_from: int | None) -> tuple[LegendItem, ...]:
    items = [LegendItem(line.label, f"stroke series-{number}", "line") for number, line in enumerate(series, 1)]
    if any(line.low is not None for line in series):
        items.append(LegendItem(_("Likely range"), "band fill series-1"))
    if partial_from is not None:
        items.append(LegendItem(_("Period not complete"), "stroke dashed series-1", "line"))
    return tuple(items) if len(items) > 1 else ()


def _table(labels: Sequence[str], series: Sequence[Series], partial_from: int | None, words: Words) -> ChartTable:
    heads: list[Text] = [_("Period")]
    columns: list[Sequence[float | None]] = []
    for line in series:
        heads.append(line.label)
        columns.append(line.values)
        if line.low is not None and line.high is not None:
            heads += [_("at least"), _("at most")]
            columns += [line.low, line.high]
    partial = _("(period not complete)")
    rows = []
    for index, label in enumerate(labels):
        is_partial = partial_from is not None and index >= partial_from
        cells = ["–" if (value := column[index]) is None else words.show(value) for column in columns]
        rows.append((f"{label} {partial}" if is_partial else label, *cells))
    return ChartTable(tuple(heads), tuple(rows))
