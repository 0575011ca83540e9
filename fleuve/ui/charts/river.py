"""The river: people or money flowing between bands from one period to the next; every flow leads to its list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fleuve.ui.charts.model import Chart, ChartTable, LegendItem, Text, Words
from fleuve.ui.charts.svg import at_right, drawing, link, percent_of, stretched, text, titled, x_labels

__all__ = ["Band", "Flow", "river"]

_TOP, _HEIGHT, _FOOT, _GAP = 8, 300, 26, 10
_NODE = 9  # pixels of width of a band's post
_BESIDE = 8  # pixels from the last post to its words
_LEAST = 0.6  # a flow thinner than this many pixels is drawn so thick, to be seen and pointed at
_Node = tuple[int, str]


@dataclass(frozen=True)
class Band:
    """A band, the highest first; ``tone`` is ``tier-1`` … ``tier-5``, ``new`` or ``lapsed``, by place when empty."""

    key: str
    label: Text
    tone: str = ""


@dataclass(frozen=True)
class Flow:
    """What went from one band at ``periods[index]`` to another at the next period."""

    index: int
    start: str
    end: str
    amount: float
    url: str = ""


@dataclass(frozen=True)
class _Bed:
    """Where everything lies: the top and thickness of each node, and pixels per unit."""

    tops: dict[_Node, float]
    sizes: dict[_Node, float]
    unit: float


def river(periods: Sequence[str], bands: Sequence[Band], flows: Sequence[Flow], **common: Any) -> Chart:
    """Bands stacked at every period, joined by their flows."""
    words = Words(**common)
    tones = {band.key: band.tone or f"tier-{place}" for place, band in enumerate(bands, 1)}
    order = {band.key: place for place, band in enumerate(bands)}
    names = {band.key: str(band.label) for band in bands}
    known = sorted((flow for flow in flows if flow.amount > 0), key=lambda f: (f.index, order[f.start], order[f.end]))
    bed = _bed(len(periods), bands, known)
    ribbons = _ribbons(known, bed, len(periods), order, tones, lambda flow: _said(flow, periods, names, words))
    posts = _posts(bed, periods, names, tones, words)
    places = [index / max(1, len(periods) - 1) for index in range(len(periods))]
    height = _TOP + _HEIGHT + _FOOT
    labels = x_labels([str(period) for period in periods], places, _TOP + _HEIGHT + 18)
    ends = _end_labels(bed, len(periods) - 1, names, words)
    inner = [stretched(ribbons, height), *posts, *labels]
    has_links = any(flow.url for flow in known)
    parts = [*inner, at_right(ends)]
    body = drawing(parts, height=height, words=words.title, gutter="river", has_links=has_links)
    legend = tuple(LegendItem(band.label, f"fill {tones[band.key]}") for band in bands)
    return words.chart("river", body, _table(known, periods, names, words), legend)


def _bed(periods: int, bands: Sequence[Band], flows: Sequence[Flow]) -> _Bed:
    leaving: dict[_Node, float] = defaultdict(float)
    arriving: dict[_Node, float] = defaultdict(float)
    for flow in flows:
        leaving[flow.index, flow.start] += flow.amount
        arriving[flow.index + 1, flow.end] += flow.amount
    amounts = {node: max(leaving[node], arriving[node]) for node in {*leaving, *arriving}}
    totals = [sum(amounts.get((period, band.key), 0.0) for band in bands) for period in range(periods)]
    unit = (_HEIGHT - _GAP * (len(bands) - 1)) / (max(totals, default=0) or 1.0)
    tops: dict[_Node, float] = {}
    for period in range(periods):
        top = float(_TOP)
        for band in bands:
            amount = amounts.get((period, band.key), 0.0)
            if amount:
                tops[period, band.key] = top
                top += amount * unit + _GAP
    return _Bed(tops, {node: amount * unit for node, amount in amounts.items()}, unit)


def _ribbons(
    flows: Sequence[Flow], bed: _Bed, periods: int, order: dict[str, int], tones: dict[str, str], said: Any
) -> list[str]:
    out_at: dict[_Node, float] = defaultdict(float)
    in_at: dict[_Node, float] = defaultdict(float)
    step = 1000 / max(1, periods - 1)
    parts = []
    for flow in flows:
        thick = flow.amount * bed.unit
        start, end = (flow.index, flow.start), (flow.index + 1, flow.end)
        y1, y2 = bed.tops[start] + out_at[start], bed.tops[end] + in_at[end]
        out_at[start] += thick
        in_at[end] += thick
        way = "up" if order[flow.end] < order[flow.start] else "down" if order[flow.end] > order[flow.start] else "same"
        shape = titled(
            "path", said(flow), d=_ribbon(flow.index * step, (flow.index + 1) * step, y1, y2, max(thick, _LEAST)),
            class_=f"flow {way} fill {tones[flow.start]}",
        )  # fmt: skip
        parts.append(link(flow.url, said(flow), shape))
    return parts


def _ribbon(x1: float, x2: float, y1: float, y2: float, thick: float) -> str:
    middle = (x1 + x2) / 2
    return (
        f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        f"V{y2 + thick:.1f}C{middle:.1f} {y2 + thick:.1f} {middle:.1f} {y1 + thick:.1f} {x1:.1f} {y1 + thick:.1f}Z"
    )


def _posts(bed: _Bed, periods: Sequence[str], names: dict[str, str], tones: dict[str, str], words: Words) -> list[str]:
    parts = []
    for (period, key), top in bed.tops.items():
        size = bed.sizes[period, key]
        fraction = period / max(1, len(periods) - 1)
        said = f"{names[key]}, {periods[period]}: {words.show(size / bed.unit)}"
        shift = f"translate({-_NODE * fraction:.1f} 0)"
        place = {"x": percent_of(fraction), "y": top, "width": _NODE, "height": max(size, 1.0), "transform": shift}
        parts.append(titled("rect", said, **place, class_=f"post fill {tones[key]}"))
    return parts


def _end_labels(bed: _Bed, last: int, names: dict[str, str], words: Words) -> list[str]:
    parts, floor = [], 0.0
    for (period, key), top in bed.tops.items():
        if period != last:
            continue
        size = bed.sizes[period, key]
        y = max(top + size / 2, floor + 14)
        floor = y + 15
        parts.append(text(names[key], x=_BESIDE, y=y - 2, class_="name start wide-label"))
        parts.append(text(words.show(size / bed.unit), x=_BESIDE, y=y + 12, class_="tick start wide-label"))
    return parts


def _said(flow: Flow, periods: Sequence[str], names: dict[str, str], words: Words) -> str:
    return _("From %(start)s (%(before)s) to %(end)s (%(after)s): %(amount)s") % {
        "start": names[flow.start],
        "end": names[flow.end],
        "before": periods[flow.index],
        "after": periods[flow.index + 1],
        "amount": words.show(flow.amount),
    }


def _table(flows: Sequence[Flow], periods: Sequence[str], names: dict[str, str], words: Words) -> ChartTable:
    rows = tuple(
        (str(periods[flow.index + 1]), names[flow.start], names[flow.end], words.show(flow.amount)) for flow in flows
    )
    return ChartTable((_("Period"), _("From"), _("To"), _("Amount")), rows, tuple(flow.url for flow in flows))
