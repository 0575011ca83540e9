"""Why is the portfolio worth more, or less, than a month ago?"""

from __future__ import annotations

from typing import Any

from fleuve_analytics.equity.movement import MovementStatement
from fleuve_analytics.plots.look import GREY, MAIN, OTHER, THIRD, altair, finished, rows_of

__all__ = ["movement_waterfall"]

WORDS = {
    "new": "New",
    "already_there": "Already there",
    "won_back": "Won back",
    "grown": "Grown",
    "shrunk": "Shrunk",
    "lost": "Lost",
    "method": "Method",
}


def movement_waterfall(statement: MovementStatement, currency: str = "") -> Any:
    """Opening, each line that moved it, closing: bars that hang where the one before ended.

    currency: written on the axis. Returns an Altair chart. Raises `MissingExtra`.
    """
    alt = altair()
    lines = [(word, float(getattr(statement, name))) for name, word in WORDS.items()]
    lines = [(word, change) for word, change in lines if change or word != "Already there"]
    opening, closing = float(statement.opening), float(statement.closing)
    level, names, low, high, change_of = opening, ["Opening"], [0.0], [opening], [opening]
    for word, change in lines:
        names.append(word)
        low.append(level)
        level += change
        high.append(level)
        change_of.append(change)
    names, low, high = [*names, "Closing"], [*low, 0.0], [*high, closing]
    change_of.append(closing)
    kinds = ["total"] + ["more" if change >= 0 else "less" for _, change in lines] + ["total"]
    data = rows_of(
        line=names,
        low=low,
        high=high,
        change=change_of,
        kind=kinds,
        top=[max(pair) for pair in zip(low, high, strict=True)],
        text=[f"{opening:,.0f}", *(f"{change:+,.0f}" for _, change in lines), f"{closing:,.0f}"],
    )
    answer = f"From {opening:,.0f} to {closing:,.0f}: {closing - opening:+,.0f}."
    return finished(
        _layers(alt, data, names, currency).properties(width=64 * len(names), height=300),
        "What moved the value?",
        answer,
    )


def _layers(alt: Any, data: Any, names: list[str], currency: str) -> Any:
    """Hanging bars with their amounts written above."""
    place = alt.X("line:N", sort=names, title=None, axis=alt.Axis(labelAngle=0))
    bars = (
        alt.Chart(data)
        .mark_bar()
        .encode(
            x=place,
            y=alt.Y("low:Q", title=f"Value of the portfolio {currency}".strip()),
            y2="high:Q",
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=["total", "more", "less"], range=[MAIN, THIRD, OTHER]), legend=None
            ),
            tooltip=[alt.Tooltip("line:N", title=" "), alt.Tooltip("change:Q", title="amount", format=",.0f")],
        )
    )
    # Signs stand in the text: colour alone would not tell more from less.
    words = alt.Chart(data).mark_text(dy=-7, color=GREY).encode(x=place, y="top:Q", text="text:N")
    return bars + words
