"""The part that draws what other modules show on a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.template import Context
from django.template.loader import render_to_string

from fleuve.ui.panels import ShownPanel
from fleuve.ui.parts.library import register


@register.inclusion_tag("ui/parts/panels.html", takes_context=True)
def panels(context: Context, shown: Iterable[ShownPanel]) -> dict[str, Any]:
    """The panels of a place: those that are ready drawn, lazy ones as a title that fetches them."""
    request = context.get("request")
    drawn = [
        (one, "" if one.panel.is_lazy else render_to_string(one.panel.template, dict(one.values), request))
        for one in shown
    ]
    return {"panels": drawn}
