"""How every chart looks: colours that all eyes tell apart, a sentence as title, data small enough to read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from fleuve_analytics.errors import MissingExtra

__all__ = ["GREY", "MAIN", "OTHER", "THIRD", "altair", "finished", "rows_of"]

# Okabe & Ito (2008), "Color Universal Design": told apart with every common colour blindness, and in print.
MAIN, OTHER, THIRD, GREY = "#0072B2", "#D55E00", "#009E73", "#6B7280"


def altair() -> Any:
    """The package that draws. Raises `MissingExtra` when it is not installed."""
    try:
        import altair
    except ImportError as missing:
        raise MissingExtra(
            "Charts need the package altair: pip install 'fleuve-analytics[plots]'.", code="plots"
        ) from missing
    return altair


def rows_of(**columns: Sequence[Any] | Any) -> Any:
    """Columns of equal length as the data of a chart: plain rows, nothing else of the caller's."""
    lists = {name: [_plain(value) for value in column] for name, column in columns.items()}
    rows = [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]
    return altair().Data(values=rows)


def _plain(value: Any) -> Any:
    """A number, text or truth that JSON knows; what is missing or infinite becomes null."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def finished(chart: Any, title: str, answer: str) -> Any:
    """The chart with its question as title and the answer in words below, in one type."""
    named = altair().Title(title, subtitle=answer, anchor="start", fontSize=15, subtitleFontSize=12, offset=14)
    return (
        chart.properties(title=named)
        .configure_axis(labelFontSize=11, titleFontSize=12, titleFontWeight="normal", gridColor="#E5E7EB")
        .configure_legend(labelFontSize=11, titleFontSize=12, orient="top", title=None)
        .configure_view(stroke=None)
    )
