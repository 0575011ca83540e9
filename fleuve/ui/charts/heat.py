"""The cohort map: a real table whose cells carry a depth of one hue."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from fleuve.ui.charts.model import Chart, ChartTable, LegendItem, Text, Words
from fleuve.ui.charts.scale import present

__all__ = ["heat"]

_DEPTHS = 8
_Cell = tuple[int, int]


def heat(
    row_labels: Sequence[Text],
    column_labels: Sequence[Text],
    values: Sequence[Sequence[float | None]],
    *,
    incomplete: Collection[_Cell] = (),
    row_notes: Sequence[Text] = (),
    links: Mapping[_Cell, str] | None = None,
    corner: Text = "",
    top: float | None = None,
    **common: Any,
) -> Chart:
    """Values by row and column; ``incomplete`` cells are greyed and hatched, ``None`` cells empty.

    ``top`` fixes the value of the deepest shade, so that two maps can be compared; cohorts' first column of 100 %
    would otherwise drown the rest.
    """
    words = Words(**common)
    deepest = top if top is not None else max(present(value for row in values for value in row), default=1.0)
    lines = []
    for number, (label, row) in enumerate(zip(row_labels, values, strict=True)):
        note = f' <span class="cell-note">{escape(row_notes[number])}</span>' if row_notes else ""
        cells = "".join(
            _cell(value, deepest, (number, column) in incomplete, (links or {}).get((number, column), ""), words)
            for column, value in enumerate(row)
        )
        lines.append(f'<tr><th scope="row">{escape(label)}{note}</th>{cells}</tr>')
    heads = "".join(f'<th scope="col">{escape(label)}</th>' for label in column_labels)
    head = f'<thead><tr><th scope="col">{escape(corner)}</th>{heads}</tr></thead>'
    caption = f'<caption class="visually-hidden">{escape(words.title)}</caption>'
    body = f'<table class="heat">{caption}{head}<tbody>{"".join(lines)}</tbody></table>'
    region = f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(words.title)}">{body}</div>'
    legend = (LegendItem(_("Not complete yet"), "incomplete-key"),) if incomplete else ()
    table = _table(row_labels, column_labels, values, corner, words)
    return words.chart("heat", mark_safe(region), table, legend, has_drawing=False)


def _cell(value: float | None, deepest: float, is_incomplete: bool, url: str, words: Words) -> str:
    if value is None:
        return '<td class="none"></td>'
    depth = 0 if deepest <= 0 else min(_DEPTHS, max(0, round(_DEPTHS * value / deepest)))
    shown = escape(words.show(value))
    if url:
        shown = mark_safe(f'<a href="{escape(url)}">{shown}</a>')
    if is_incomplete:
        hidden = escape(_("not complete yet"))
        return f'<td class="incomplete">{shown}<span class="visually-hidden"> {hidden}</span></td>'
    return f'<td class="depth-{depth}">{shown}</td>'


def _table(
    row_labels: Sequence[Text],
    column_labels: Sequence[Text],
    values: Sequence[Sequence[float | None]],
    corner: Text,
    words: Words,
) -> ChartTable:
    rows = tuple(
        (label, *("" if value is None else words.show(value) for value in row))
        for label, row in zip(row_labels, values, strict=True)
    )
    return ChartTable((corner, *column_labels), rows)
