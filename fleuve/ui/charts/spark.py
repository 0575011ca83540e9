"""A line as small as a word, beside a figure or in a table cell."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

from fleuve.ui.charts.lines import path_through
from fleuve.ui.charts.scale import present
from fleuve.ui.charts.svg import tag

__all__ = ["spark"]

_WIDTH, _HEIGHT, _PAD = 80.0, 20.0, 3.0


def spark(points: Sequence[float | None], label: str = "") -> SafeString:
    """The run of the points; without a label it is decoration for the figure that it stands beside."""
    found = present(points)
    if len(found) < 2:
        return SafeString("")
    low, span = min(found), (max(found) - min(found)) or 1.0
    step = (_WIDTH - 2 * _PAD) / (len(points) - 1)

    def place(index: int, value: float | None) -> tuple[float, float] | None:
        if value is None:
            return None
        return _PAD + index * step, _HEIGHT - _PAD - (value - low) / span * (_HEIGHT - 2 * _PAD)

    places = [place(index, value) for index, value in enumerate(points)]
    last = next(found for found in reversed(places) if found)
    parts = tag("path", d=path_through(places)) + tag("circle", cx=last[0], cy=last[1], r=2)
    speech = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    svg = tag("svg", parts, class_="spark", viewBox=f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}", **speech)
    return mark_safe(svg)  # numbers, and a label escaped by tag()
