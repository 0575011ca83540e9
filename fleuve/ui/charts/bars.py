"""Columns through time, and ranked horizontal bars."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fleuve.ui.charts.model import Chart, ChartTable, LegendItem, Text, Words
from fleuve.ui.charts.scale import Scale, present, scale_for
from fleuve.ui.charts.svg import drawing, grid, gutter_for, hatch, link, percent_of, tag, text, titled, x_labels

__all__ = ["bars", "ranked"]

_TOP, _HEIGHT, _FOOT = 22, 200, 26
_FEW = 6  # up to so many columns carry their value
_ROW = 44


@dataclass(frozen=True)
class _Columns:
    labels: Sequence[str]
    values: Sequence[float | None]
    partial: Collection[int]
    links: Sequence[str]
    highlight: int | None
    compare: Sequence[float | None]
    words: Words
    scale: Scale
    hatched: str

    def parts(self) -> list[str]:
        """Every column with its comparison and, where there is room, its value."""
        return [part for index in range(len(self.labels)) for part in self._one(index)]

    def before(self, index: int) -> float | None:
        """The value to compare with; a period that is not complete is never compared."""
        return self.compare[index] if self.compare and index not in self.partial else None

    def _one(self, index: int) -> list[str]:
        width = 1 / len(self.labels)
        left, value = index * width, self.values[index]
        parts = [] if value is None else [self._column(index, left, width, value)]
        if value is not None and len(self.labels) <= _FEW:
            height = self.scale.y(max(value, 0)) - 6
            parts.append(text(self.words.show(value), x=percent_of(left + width / 2), y=height, class_="value mid"))
        before = self.before(index)
        if before is not None:
            y = self.scale.y(before)
            ends = {"x1": percent_of(left + 0.06 * width), "x2": percent_of(left + 0.94 * width)}
            parts.append(tag("line", **ends, y1=y, y2=y, class_="compare"))
        return parts

    def _column(self, index: int, left: float, width: float, value: float) -> str:
        is_partial = index in self.partial
        tone = "partial outline" if is_partial else "fill"
        quiet = " quiet" if self.highlight not in (None, index) else ""
        said = f"{self.labels[index]}: {self.words.show(value)}"
        if is_partial:
            said = _("%(figure)s (period not complete)") % {"figure": said}
        top, base = sorted((self.scale.y(value), self.scale.zero))
        shape = titled(
            "rect",
            said,
            x=percent_of(left + 0.14 * width),
            width=percent_of(0.72 * width),
            y=top,
            height=max(base - top, 0.75),
            class_=f"column {tone} series-1{quiet}",
            fill=self.hatched if is_partial else None,
        )
        return link(self.links[index] if self.links else "", said, shape)


def bars(
    labels: Sequence[str],
    values: Sequence[float | None],
    *,
    series_label: Text = "",
    partial: Collection[int] = (),
    links: Sequence[str] = (),
    highlight: int | None = None,
    compare: Sequence[float | None] | None = None,
    compare_label: Text = "",
    **common: Any,
) -> Chart:
    """One column a period. ``partial`` periods are hatched; ``compare`` (the year before) is a mark across it."""
    words = Words(**common)
    labels = [str(label) for label in labels]
    scale = scale_for([*values, *(compare or ())], length=_HEIGHT, top=_TOP)
    definition, hatched = hatch("series-1")
    columns = _Columns(labels, values, partial, links, highlight, compare or (), words, scale, hatched)
    middles = [(index + 0.5) / len(labels) for index in range(len(labels))]
    inner = [definition, *columns.parts(), *x_labels(labels, middles, _TOP + _HEIGHT + 18)]
    ticks = [words.show(value) for value in scale.ticks]
    height = _TOP + _HEIGHT + _FOOT
    body = drawing(
        [*grid(scale, ticks), *inner],
        height=height,
        words=words.title,
        gutter=gutter_for(ticks),
        has_links=any(links),
    )
    series = series_label or _("Value")
    legend = _legend(series, partial, compare, compare_label)
    return words.chart("bars", body, _table(columns, series, compare_label), legend)


def _legend(
    series: Text, partial: Collection[int], compare: Sequence[float | None] | None, compare_label: Text
) -> tuple[LegendItem, ...]:
    items = [LegendItem(series, "fill series-1")]
    if compare:
        items.append(LegendItem(compare_label or _("Same period a year before"), "compare", "line"))
    if partial:
        items.append(LegendItem(_("Period not complete"), "partial outline series-1"))
    return tuple(items) if len(items) > 1 else ()


def _table(columns: _Columns, series: Text, compare_label: Text) -> ChartTable:
    show, partial = columns.words.show, _("(period not complete)")
    rows = []
    for index, label in enumerate(columns.labels):
        value = columns.values[index]
        row = [f"{label} {partial}" if index in columns.partial else label, "–" if value is None else show(value)]
        if columns.compare:
            before = columns.before(index)
            row.append("–" if before is None else show(before))
        rows.append(tuple(row))
    heads: tuple[Text, ...] = (_("Period"), series)
    if columns.compare:
        heads += (compare_label or _("Same period a year before"),)
    return ChartTable(heads, tuple(rows), tuple(columns.links))


def ranked(
    labels: Sequence[str],
    values: Sequence[float],
    *,
    links: Sequence[str] = (),
    series_label: Text = "",
    highlight: int | None = None,
    **common: Any,
) -> Chart:
    """Horizontal bars in the order given: the name above its bar, the value at the end of the line."""
    words = Words(**common)
    most = max([abs(value) for value in present(values)], default=0) or 1
    parts: list[str] = []
    for index, (label, value) in enumerate(zip(labels, values, strict=True)):
        top, said = index * _ROW, f"{label}: {words.show(value)}"
        tone = "fill series-1 quiet" if highlight not in (None, index) else "fill series-1"
        line = [
            text(label, x="0", y=top + 16, class_="name start"),
            text(words.show(value), x="100%", y=top + 16, class_="value end"),
            tag("rect", x="0", y=top + 23, width="100%", height=10, class_="track"),
            titled("rect", said, x="0", y=top + 23, width=percent_of(abs(value) / most), height=10, class_=tone),
        ]
        parts.append(link(links[index] if links else "", said, "".join(line)))
    body = drawing(parts, height=max(_ROW, _ROW * len(labels)), words=words.title, has_links=any(links))
    rows = tuple((str(label), words.show(value)) for label, value in zip(labels, values, strict=True))
    table = ChartTable((_("Name"), series_label or _("Value")), rows, tuple(links))
    return words.chart("ranked", body, table)
