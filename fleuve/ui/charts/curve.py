"""One smooth curve over a number line, with an interval band, marked points and observed dots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fleuve.ui.charts.lines import path_through
from fleuve.ui.charts.model import Chart, ChartTable, LegendItem, Text, Words
from fleuve.ui.charts.scale import Scale, round_ticks, scale_for
from fleuve.ui.charts.svg import drawing, grid, gutter_for, percent_of, stretched, tag, text, titled
from fleuve.ui.formatting import number, percent

__all__ = ["Mark", "concentration", "curve"]

_TOP, _HEIGHT, _FOOT = 22, 210, 44
Point = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A point of the curve that deserves words."""

    x: float
    y: float
    label: Text
    tone: str = "act"


@dataclass(frozen=True)
class _Across:
    low: float
    high: float

    def of(self, value: float) -> float:
        return (value - self.low) / ((self.high - self.low) or 1.0)


def curve(
    points: Sequence[Point],
    *,
    low: Sequence[float] = (),
    high: Sequence[float] = (),
    marks: Sequence[Mark] = (),
    dots: Sequence[Point] = (),
    x_label: Text = "",
    y_label: Text = "",
    x_show: Callable[[Any], str] = number,
    diagonal: bool = False,
    **common: Any,
) -> Chart:
    """A curve through ``points``; ``low`` and ``high`` bound it at the same places; ``dots`` were observed."""
    words = Words(**common)
    every_x = [x for x, _y in (*points, *dots)] + [mark.x for mark in marks]
    across = _Across(min(every_x, default=0.0), max(every_x, default=1.0))
    heights = [y for _x, y in (*points, *dots)] + [mark.y for mark in marks] + [*low, *high]
    scale = scale_for(heights, length=_HEIGHT, top=_TOP)
    height = _TOP + _HEIGHT + _FOOT
    inner = [stretched(_lines(points, low, high, across, scale, diagonal), height)]
    inner += [
        titled(
            "circle",
            f"{x_show(x)}: {words.show(y)}",
            cx=percent_of(across.of(x)),
            cy=scale.y(y),
            r=3,
            class_="observed",
        )
        for x, y in dots
    ]
    inner += [part for mark in marks for part in _mark(mark, across, scale)]
    inner += _across_labels(across, x_show, str(x_label))
    ticks = [words.show(value) for value in scale.ticks]
    body = drawing([*grid(scale, ticks), *inner], height=height, words=words.title, gutter=gutter_for(ticks))
    table = _table(points, low, high, x_label, y_label, x_show, words)
    return words.chart("curve", body, table, _legend(low, dots, diagonal, y_label))


def concentration(shares: Sequence[Point], *, marks: Sequence[Mark] = (), **common: Any) -> Chart:
    """How much of the whole the first part brings: both axes are fractions, the diagonal is perfect equality."""
    points = [(0.0, 0.0), *shares] if shares and shares[0] != (0.0, 0.0) else list(shares)
    return curve(
        points,
        marks=marks,
        x_label=common.pop("x_label", _("Share of customers, the greatest first")),
        y_label=common.pop("y_label", _("Share of revenue")),
        x_show=percent,
        diagonal=True,
        **{"show": percent, **common},
    )


def _lines(
    points: Sequence[Point],
    low: Sequence[float],
    high: Sequence[float],
    across: _Across,
    scale: Scale,
    diagonal: bool,
) -> list[str]:
    def placed(heights: Sequence[float]) -> list[Point]:
        return [(1000 * across.of(x), scale.y(y)) for (x, _old), y in zip(points, heights, strict=True)]

    parts = []
    if diagonal:
        parts.append(tag("path", d=f"M0 {scale.y(0):.1f}L1000 {scale.y(1):.1f}", class_="diagonal"))
    if low and high:
        edge = placed(high) + placed(low)[::-1]
        parts.append(tag("path", d=path_through(edge) + "Z", class_="band fill series-1"))
    parts.append(tag("path", d=path_through(placed([y for _x, y in points])), class_="line stroke series-1"))
    return parts


def _mark(mark: Mark, across: _Across, scale: Scale) -> list[str]:
    fraction, y = across.of(mark.x), scale.y(mark.y)
    is_right = fraction > 0.5
    place = {"x": percent_of(fraction), "dx": -10 if is_right else 10, "y": y + (-10 if is_right else 18)}
    return [
        tag("line", x1=percent_of(fraction), x2=percent_of(fraction), y1=y, y2=scale.y(scale.low), class_="drop"),
        titled("circle", mark.label, cx=percent_of(fraction), cy=y, r=5, class_=f"mark {mark.tone}"),
        text(mark.label, **place, class_=f"mark-label {'end' if is_right else 'start'}"),
    ]


def _across_labels(across: _Across, x_show: Callable[[Any], str], x_label: str) -> list[str]:
    base, parts = _TOP + _HEIGHT + 18, []
    for value in round_ticks(across.low, across.high):
        fraction = across.of(value)
        # A label near an end hangs inwards, so that it stays within the drawing.
        end = "start" if fraction < 0.03 else "end" if fraction > 0.97 else "mid"
        parts.append(text(x_show(value), x=percent_of(fraction), y=base, class_=f"tick {end}"))
    return [*parts, text(x_label, x="0", y=base + 19, class_="tick axis-name start")]


def _legend(low: Sequence[float], dots: Sequence[Point], diagonal: bool, y_label: Text) -> tuple[LegendItem, ...]:
    items = []
    if low:
        items.append(LegendItem(_("Likely range"), "band fill series-1"))
    if dots:
        items.append(LegendItem(_("Observed"), "observed"))
    if diagonal:
        items.append(LegendItem(_("If all were equal"), "diagonal", "line"))
    return (LegendItem(y_label or _("Estimate"), "stroke series-1", "line"), *items) if items else ()


def _table(
    points: Sequence[Point],
    low: Sequence[float],
    high: Sequence[float],
    x_label: Text,
    y_label: Text,
    x_show: Callable[[Any], str],
    words: Words,
) -> ChartTable:
    heads: tuple[Text, ...] = (x_label or "x", y_label or _("Value"))
    if low and high:
        heads += (_("at least"), _("at most"))
    rows = []
    for index, (x, y) in enumerate(points):
        row = [x_show(x), words.show(y)]
        if low and high:
            row += [words.show(low[index]), words.show(high[index])]
        rows.append(tuple(row))
    return ChartTable(heads, tuple(rows))
