"""Parts that show: stat, badge, person, chart, timeline, empty state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fleuve.ui.badges import badge
from fleuve.ui.charts import Chart
from fleuve.ui.icons import icon as draw_icon
from fleuve.ui.parts.library import register
from fleuve.ui.timeline import Moment, by_month


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """``{% icon "users" %}``; decorative unless labelled."""
    return draw_icon(name, str(label))


register.simple_tag(badge)


@register.simple_tag
def simulated() -> SafeString:
    """Marks figures that come from simulated data."""
    explanation = _("Made-up data: it shows how the page works and says nothing about real customers.")
    return format_html(
        '<span class="badge tone-simulated" title="{}">{}{}</span>',
        explanation,
        draw_icon("flask-conical"),
        _("Simulated"),
    )


@register.inclusion_tag("ui/parts/stat.html")
def stat(
    label: str,
    value: str,
    low: str = "",
    high: str = "",
    note: str = "",
    points: Sequence[float | None] = (),
    url: str = "",
    tone: str = "",
    change: str = "",
    simulated: bool = False,
    interval: str = "",
) -> dict[str, Any]:
    """A figure with its label, interval (its ends, or prepared with the unit once), note and spark line."""
    return locals()


@register.inclusion_tag("ui/parts/person.html")
def person(
    name: str,
    url: str = "",
    kind: str = "person",
    worth: str = "",
    mood: str = "",
    refused: bool = False,
    note: str = "",
) -> dict[str, Any]:
    """Name, worth, mood and consent at a glance."""
    moods = {
        "good": ("smile", _("Satisfied")),
        "neutral": ("meh", _("Neither satisfied nor dissatisfied")),
        "bad": ("frown", _("Dissatisfied")),
    }
    return {
        "name": name,
        "url": url,
        "worth": worth,
        "note": note,
        "refused": refused,
        "icon": "building-2" if kind == "organisation" else "user",
        "mood": moods.get(mood),
    }


_chart_numbers = count(1)


@register.simple_tag
def chart(chart: Chart, id: str = "") -> str:
    """The chart in its frame: finding, unit, date, source, table view, copy and download.

    With an ``id`` of its own the same chart is put into words once, however often it is shown.
    """
    if id:
        return _framed(chart, id, get_language())
    return _framed.__wrapped__(chart, f"chart-{slugify(str(chart.title))[:40]}-{next(_chart_numbers) % 10_000}", "")


@lru_cache(maxsize=32)  # a table of a thousand rows makes a hundred kilobytes and takes 20 ms
def _framed(chart: Chart, identity: str, _language: str | None) -> str:
    return render_to_string("ui/parts/chart.html", {"chart": chart, "id": identity})


@register.inclusion_tag("ui/parts/timeline.html")
def timeline(items: Iterable[Moment], empty: str = "") -> dict[str, Any]:
    """One history, latest first, by month."""
    return {"months": by_month(items), "empty": empty}


@register.inclusion_tag("ui/parts/facts.html")
def facts(pairs: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """Terms and values, with an optional note."""
    return {"pairs": [(pair[0], pair[1], pair[2] if len(pair) > 2 else "") for pair in pairs]}


@register.inclusion_tag("ui/parts/empty.html")
def empty(
    title: str, text: str = "", action_label: str = "", action_url: str = "", icon: str = "inbox"
) -> dict[str, Any]:
    """What a list without rows says, and what to do first."""
    return {"title": title, "text": text, "action_label": action_label, "action_url": action_url, "icon": icon}
