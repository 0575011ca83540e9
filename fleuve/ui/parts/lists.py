"""Lists and ways through them: table, chips, tabs, steps, progress of long work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fleuve.ui import formatting
from fleuve.ui.parts.library import register
from fleuve.ui.tables import Chip, Tab, Table
from fleuve.ui.tables.drawing import draw_rows, draw_total


@register.inclusion_tag("ui/parts/table.html", takes_context=True)
def data_table(context: Context, table: Table) -> dict[str, Any]:
    """The data table: sorts, pages, chooses rows; swaps itself when scripts run and works as links when not."""
    request = context.get("request")
    shell = context.get("shell")
    return {
        "table": table,
        "rows": draw_rows(table),
        "total_row": draw_total(table),
        "swap": _swap(f"#table-{table.id}"),
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "density": table.density or getattr(shell, "density", "comfortable"),
        "span": len(table.columns) + bool(table.bulk),
        "links": _Links(request.GET.copy() if request is not None else None),
    }


def _swap(target: str) -> SafeString:
    """Makes the links of a part swap only ``target``; rows and their forms stay ordinary."""
    return format_html(
        ' hx-boost="true" hx-target="{0}" hx-select="{0}" hx-swap="outerHTML show:none" hx-push-url="true"', target
    )


class _Links:
    """Addresses of the same page with another order or place, the filters kept."""

    def __init__(self, query: Any) -> None:
        self._query = query

    def having(self, **changes: str) -> str:
        query = {} if self._query is None else {key: self._query.getlist(key) for key in self._query}
        query.update({key: [value] for key, value in changes.items()})
        kept = {key: values for key, values in query.items() if values and values[0]}
        return "?" + urlencode(kept, doseq=True)


@register.simple_tag
def sorted_by(links: _Links, order: str) -> str:
    """The page in that order, from its beginning."""
    return links.having(sort=order, at="")


@register.simple_tag
def paged_at(links: _Links, parameter: str, cursor: str) -> str:
    """The page at that cursor."""
    return links.having(**{parameter: cursor})


@register.inclusion_tag("ui/parts/chips.html")
def chips(chips: Iterable[Chip], clear_url: str = "") -> dict[str, Any]:
    """The filters in force, each removable."""
    return {"chips": list(chips), "clear_url": clear_url}


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(items: Iterable[Tab], current: str, label: str = "") -> dict[str, Any]:
    """Tabs that are links: each has its address."""
    return {"items": list(items), "current": current, "label": label or _("Views")}


@register.inclusion_tag("ui/parts/steps.html")
def steps(items: Sequence[str], current: int) -> dict[str, Any]:
    """Where one stands in a short sequence; ``current`` counts from 1."""
    drawn = [(index, label, _state(index, current)) for index, label in enumerate(items, start=1)]
    return {"items": drawn, "current": current, "total": len(drawn)}


def _state(index: int, current: int) -> str:
    return "done" if index < current else "current" if index == current else "ahead"


_LIVE = {"queued", "running"}
_STATES = {
    "queued": (gettext_lazy("Waiting for its turn"), "neutral"),
    "running": (gettext_lazy("Running"), "info"),
    "succeeded": (gettext_lazy("Done"), "good"),
    "failed": (gettext_lazy("Failed"), "bad"),
    "cancelled": (gettext_lazy("Cancelled"), "warn"),
}


@register.inclusion_tag("ui/parts/progress.html", takes_context=True)
def progress(context: Context, job: Any, done_url: str = "") -> dict[str, Any]:
    """Long work: step, count, rate, time left, cancel. Asks for itself again while the work lives."""
    request = context.get("request")
    if not done_url and request is not None:
        done_url = request.GET.get("done", "")
    if not url_has_allowed_host_and_scheme(done_url, allowed_hosts=None):
        done_url = ""
    words, tone = _STATES.get(job.state, _STATES["queued"])
    is_live = job.state in _LIVE
    poll = _address("jobs:progress", job.id) if is_live else ""
    return {
        "job": job,
        "title": getattr(job, "title", "") or job.name,
        "state": words,
        "tone": tone,
        "is_live": is_live,
        "poll_url": poll + ("?" + urlencode({"done": done_url}) if poll and done_url else ""),
        "cancel_url": _address("jobs:cancel", job.id) if is_live and job.can_cancel else "",
        "done_url": done_url if job.state == "succeeded" else "",
        "fraction": job.done / job.total if job.total else None,
        "done_words": formatting.number(job.done),
        "total_words": formatting.number(job.total) if job.total else "",
        "rate_words": formatting.number(job.rate) if job.rate else "",
        "left_words": formatting.duration(job.seconds_left) if job.seconds_left is not None else "",
        "csrf_token": context.get("csrf_token"),
    }


def _address(name: str, pk: Any) -> str:
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""
