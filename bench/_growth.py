"""How pages and jobs grow with the customers, in one picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["draw_growth"]

_PAGES = {
    "customers": "list of customers",
    "customers, and, or, not": "filtered list",
    "live count": "live count",
    "search, a word": "search",
    "a customer": "a customer",
    "save a note": "save a note",
    "portfolio": "portfolio",
    "today": "Today",
}
_JOBS = {
    "history.rebuild": "derived history",
    "value.revalue": "valuation",
    "alerts.judge": "alerts",
    "lists.mirror": "copy for lists",
    "lists.behaviour": "purchases for lists",
}
_BUDGET_MS = 100


def draw_growth(found: list[dict[str, Any]], picture: Path) -> None:
    """Medians of pages over customers, under the budget; seconds of jobs, beside a line in exact proportion."""
    import altair as alt

    pages = [
        {"customers": one["customers"], "what": _PAGES[row["line"]], "ms": row["median_ms"]}
        for one in found
        for row in one["lines"]
        if row["line"] in _PAGES
    ]
    jobs = [
        {"customers": one["customers"], "what": _JOBS[name], "seconds": seconds}
        for one in found
        for name, seconds in one["jobs"].items()
        if name in _JOBS and seconds
    ]
    sizes = sorted({one["customers"] for one in found})
    size = alt.X(
        "customers:Q",
        scale=alt.Scale(type="log", nice=False),
        title="Customers",
        axis=alt.Axis(format="~s", values=sizes),
    )
    budget = alt.Chart(alt.Data(values=[{"ms": _BUDGET_MS}])).mark_rule(strokeDash=[2, 4], color="grey")
    drawn = _lines(pages, size, alt.Y("ms:Q", title="Milliseconds, median"))
    left = (budget.encode(y="ms:Q") + drawn).properties(width=380, height=300, title="Pages (dotted: the budget)")
    seconds = alt.Y(
        "seconds:Q",
        scale=alt.Scale(type="log"),
        title="Seconds",
        axis=alt.Axis(values=[0.1, 1, 10, 100, 1000], format="~g"),
    )
    most = max(row["seconds"] for row in jobs)
    straight = [{"customers": many, "seconds": most * many / sizes[-1]} for many in (sizes[0], sizes[-1])]
    linear = alt.Chart(alt.Data(values=straight)).mark_line(strokeDash=[2, 4], color="grey")
    drawn = linear.encode(x=size, y=seconds) + _lines(jobs, size, seconds)
    right = drawn.properties(width=380, height=300, title="Jobs (dotted: exactly in proportion)")
    (left | right).resolve_scale(color="independent").save(str(picture), scale_factor=1.5)


def _lines(rows: list[dict[str, Any]], x: Any, y: Any) -> Any:
    import altair as alt

    order = list(dict.fromkeys(row["what"] for row in rows))
    chart = alt.Chart(alt.Data(values=rows)).mark_line(point=True)
    return chart.encode(x=x, y=y, color=alt.Color("what:N", sort=order, title=None))
