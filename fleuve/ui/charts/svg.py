"""Small pieces of SVG.

Nothing is scaled: the drawing is as wide as its frame, places along the width are percentages and heights are pixels,
so that text keeps its size from a phone to a wall. Colours are classes; no attribute carries one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from fleuve.ui.charts.scale import Scale, thinned

__all__ = [
    "GUTTERS",
    "at_right",
    "drawing",
    "grid",
    "group",
    "gutter_for",
    "hatch",
    "link",
    "percent_of",
    "stretched",
    "tag",
    "text",
    "x_labels",
]

# Pixels kept free right of the plot; the stylesheet subtracts them from the drawing's width.
GUTTERS: Final = {"": 0, "s": 36, "m": 60, "l": 88, "river": 132}
_DECIMALS = re.compile(r"([.,])(\d{1,2})(?!\d)")
_numbers = count(1)


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(escape(value))


def tag(name: str, content: str = "", /, **attributes: object) -> str:
    """An element; ``class_`` and underscores become what SVG wants, ``None`` is left out. Content is raw."""
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{pairs}>{content}</{name}>" if content else f"<{name}{pairs}/>"


def text(content: object, **attributes: object) -> str:
    """Escaped text."""
    return tag("text", str(escape(content)), **attributes)


def titled(name: str, words: object, **attributes: object) -> str:
    """A shape that says what it is on hover."""
    return tag(name, tag("title", str(escape(words))), **attributes)


def link(url: str, words: object, content: str) -> str:
    """A shape that leads somewhere; the table beside the drawing holds the same link for the keyboard."""
    if not url:
        return content
    return tag("a", content, href=url, aria_label=words, tabindex="-1")


def percent_of(fraction: float) -> str:
    """``0.25`` → ``25%``."""
    return f"{_value(float(fraction) * 100)}%"


def group(parts: Iterable[str], class_: str) -> str:
    """Parts under one class."""
    return tag("g", "".join(parts), class_=class_)


def stretched(parts: Iterable[str], height: float) -> str:
    """A layer 1,000 units wide whose width follows the frame: lines and areas (their strokes do not stretch)."""
    return tag(
        "svg",
        "".join(parts),
        class_="stretched",
        viewBox=f"0 0 1000 {_value(float(height))}",
        preserveAspectRatio="none",
        width="100%",
        height=height,
    )


def grid(scale: Scale, labels: list[str]) -> list[str]:
    """Lines right across the plot and its gutter, each with its value on top at the far right."""
    wide, labels = GUTTERS[gutter_for(labels)], trimmed(labels)
    across, beyond = [], []
    for value, label in zip(scale.ticks, labels, strict=True):
        height, class_ = scale.y(value), "axis" if value == 0 else "grid"
        across.append(tag("line", x1="0", x2="100%", y1=height, y2=height, class_=class_))
        beyond.append(tag("line", x1="0", x2=wide, y1=height, y2=height, class_=class_))
        beyond.append(text(label, x=wide, y=height - 4, class_="tick end"))
    return [*across, at_right(beyond)]


def trimmed(labels: list[str]) -> list[str]:
    """Tick labels without the decimals that are nought in all of them: ``£1.00M``, ``£2.00M`` → ``£1M``, ``£2M``."""
    while (found := [_DECIMALS.search(label) for label in labels]) and any(found):
        if any(match and not match[2].endswith("0") for match in found):
            break
        labels = [_DECIMALS.sub(_one_less, label) for label in labels]
    return labels


def _one_less(match: re.Match[str]) -> str:
    return match[1] + match[2][:-1] if len(match[2]) > 1 else ""


def at_right(parts: Iterable[str]) -> str:
    """A layer whose nought is the right edge of the plot: what stands in the gutter."""
    return tag("svg", "".join(parts), x="100%", overflow="visible")


def gutter_for(labels: Iterable[str]) -> str:
    """Room for the longest tick label: s, m or l."""
    longest = max((len(label) for label in labels), default=0)
    return "s" if longest <= 4 else "m" if longest <= 8 else "l"


def x_labels(labels: list[str], places: list[float], height: float, *, most: int = 8) -> list[str]:
    """Labels below the plot; every second one gives way on a narrow frame."""
    kept = thinned(len(labels), most)
    narrow = {kept[index] for index in thinned(len(kept), max(2, most // 2))} if kept else set()
    parts = []
    for index in kept:
        # The first label may be wider than its column: it starts at the edge rather than being cut by it.
        end = "start" if places[index] < 0.07 else "end" if places[index] > 0.98 else "mid"
        class_ = f"tick {end}" if index in narrow else f"tick {end} wide-label"
        parts.append(
            text(labels[index], x="0" if end == "start" else percent_of(places[index]), y=height, class_=class_)
        )
    return parts


def hatch(tone: str) -> tuple[str, str]:
    """A hatched fill for what is not complete: (its definition, the value of ``fill``)."""
    name = f"hatch-{next(_numbers)}"
    lines = tag("path", d="M-1 1L1 -1M0 6L6 0M5 7L7 5", class_=f"hatch-line {tone}")
    pattern = tag("pattern", lines, id=name, width=6, height=6, patternUnits="userSpaceOnUse")
    return tag("defs", pattern), f"url(#{name})"


def drawing(
    parts: Iterable[str],
    *,
    height: float,
    words: object,
    gutter: str = "",
    class_: str = "",
    has_links: bool = False,
) -> SafeString:
    """The whole drawing. With links it is a group, because what is inside an image cannot be reached."""
    label = _("Chart: %(finding)s The table below holds its figures.") % {"finding": words}
    classes = ["drawing", f"gutter-{gutter}" if gutter else "", class_]
    svg = tag(
        "svg",
        "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        class_=" ".join(name for name in classes if name),
        width="100%",
        height=height,
        role="group" if has_links else "img",
        aria_label=label,
    )
    return mark_safe(svg)  # every value passed through escape in tag() or text()
