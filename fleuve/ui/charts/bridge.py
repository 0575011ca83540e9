"""The bridge (waterfall): from an opening to a closing amount through its changes.

Two drawings of the same figures: columns with connectors where there is width, rows where there is not. The
stylesheet shows one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from fleuve.ui.charts.model import Chart, ChartTable, Text, Words
from fleuve.ui.charts.scale import scale_for
from fleuve.ui.charts.svg import drawing, grid, gutter_for, link, percent_of, tag, text, titled

__all__ = ["Step", "bridge"]

_TOP, _HEIGHT, _FOOT, _ROW = 22, 210, 52, 46
_LINE = 12  # letters of a label line under a column


@dataclass(frozen=True)
class Step:
    """A ``total`` stands on the ground; a ``change`` hangs from where the step before ended."""

    label: Text
    amount: float
    kind: str = "change"
    url: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class _Block:
    step: Step
    start: float
    end: float
    shown: str

    @property
    def tone(self) -> str:
        if self.step.kind == "total":
            return "total"
        return "gain" if self.step.amount >= 0 else "loss"

    @property
    def said(self) -> str:
        return f"{self.step.label}: {self.shown}"


def bridge(steps: Sequence[Step], *, signed: Any = None, **common: Any) -> Chart:
    """Totals and the changes between them; ``signed`` formats a change (default: the sign before ``show``)."""
    words = Words(**common)
    blocks = _blocks(steps, words, signed)
    has_links = any(step.url for step in steps)
    wide = _columns(blocks, words, has_links)
    narrow = _rows(blocks, words, has_links)
    rows = tuple((str(block.step.label), block.shown) for block in blocks)
    table = ChartTable((_("Step"), _("Amount")), rows, tuple(step.url for step in steps) if has_links else ())
    return words.chart("bridge", mark_safe(wide + narrow), table)


def _blocks(steps: Sequence[Step], words: Words, signed: Any) -> list[_Block]:
    level, blocks = 0.0, []
    for step in steps:
        start, end = (0.0, step.amount) if step.kind == "total" else (level, level + step.amount)
        if step.kind == "total":
            shown = words.show(step.amount)
        else:
            shown = signed(step.amount) if signed else ("+" if step.amount > 0 else "") + words.show(step.amount)
        blocks.append(_Block(step, start, end, shown))
        level = end
    return blocks


def _columns(blocks: Sequence[_Block], words: Words, has_links: bool) -> str:
    ends = [end for block in blocks for end in (block.start, block.end)]
    scale = scale_for(ends, length=_HEIGHT, top=_TOP)
    width = 1 / max(1, len(blocks))
    parts: list[str] = []
    for index, block in enumerate(blocks):
        left, middle = index * width, percent_of((index + 0.5) * width)
        top, base = sorted((scale.y(block.start), scale.y(block.end)))
        if index + 1 < len(blocks):
            ends_at = {"x1": percent_of(left + 0.86 * width), "x2": percent_of(left + 1.14 * width)}
            parts.append(tag("line", **ends_at, y1=scale.y(block.end), y2=scale.y(block.end), class_="connector"))
        place = {"x": percent_of(left + 0.14 * width), "width": percent_of(0.72 * width)}
        shape = titled("rect", block.said, **place, y=top, height=max(base - top, 1), class_=f"fill {block.tone}")
        parts.append(link(block.step.url, block.said, shape))
        parts.append(text(block.shown, x=middle, y=top - 6, class_="value mid"))
        for number, line in enumerate(_folded(str(block.step.label))):
            parts.append(text(line, x=middle, y=_TOP + _HEIGHT + 18 + 15 * number, class_="tick mid"))
    ticks = [words.show(value) for value in scale.ticks]
    height = _TOP + _HEIGHT + _FOOT
    return drawing(
        [*grid(scale, ticks), *parts],
        height=height,
        words=words.title,
        gutter=gutter_for(ticks),
        class_="wide-drawing",
        has_links=has_links,
    )


def _folded(label: str) -> list[str]:
    found: list[str] = []
    for word in label.split():
        if found and len(found[-1]) + len(word) < _LINE:
            found[-1] += " " + word
        else:
            found.append(word)
    return found[:3]


def _rows(blocks: Sequence[_Block], words: Words, has_links: bool) -> str:
    ends = [0.0] + [end for block in blocks for end in (block.start, block.end)]
    low, span = min(ends), (max(ends) - min(ends)) or 1.0
    parts: list[str] = []
    for index, block in enumerate(blocks):
        top = index * _ROW
        left, right = sorted(((block.start - low) / span, (block.end - low) / span))
        place = {"x": percent_of(left), "width": percent_of(max(right - left, 0.004))}
        line = [
            text(block.step.label, x="0", y=top + 16, class_="name start"),
            text(block.shown, x="100%", y=top + 16, class_="value end"),
            tag("rect", x="0", y=top + 23, width="100%", height=12, class_="track"),
            titled("rect", block.said, **place, y=top + 23, height=12, class_=f"fill {block.tone}"),
        ]
        parts.append(link(block.step.url, block.said, "".join(line)))
    height = _ROW * len(blocks)
    return drawing(parts, height=height, words=words.title, class_="narrow-drawing", has_links=has_links)
