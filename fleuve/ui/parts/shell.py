"""Parts of the frame around every page: toasts and the stylesheet and script lists."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.messages import get_messages
from django.template import Context

from fleuve.ui.parts.library import register
from fleuve.ui.toasts import toasts_of

__all__ = ["SCRIPTS", "STYLES"]

STYLES: Final = (
    "layers",
    "fonts",
    "tokens",
    "base",
    "layout",
    "shell",
    "page",
    "button",
    "form",
    "filter",
    "table",
    "stat",
    "badge",
    "tabs",
    "dialog",
    "toast",
    "palette",
    "chart",
    "heat",
    "timeline",
    "person",
    "progress",
    "notice",
    "empty",
    "why",
    "facts",
    "panel",
    "note",
    "task",
    "notices",
    "worklist",
)
SCRIPTS: Final = (
    "preferences",
    "dialog",
    "toast",
    "palette",
    "shortcuts",
    "list-keys",
    "bulk",
    "chart-frame",
    "dirty-form",
    "progress",
    "mentions",
)


@register.simple_tag
def stylesheets() -> list[str]:
    """The component files in cascade order; layers make the order harmless, one file per component keeps them small."""
    return [f"ui/css/{name}.css" for name in STYLES]


@register.simple_tag
def behaviours() -> list[str]:
    """One small script per behaviour."""
    return [f"ui/js/{name}.js" for name in SCRIPTS]


@register.inclusion_tag("ui/parts/toasts.html", takes_context=True)
def toasts(context: Context, oob: bool = False) -> dict[str, Any]:
    """What just happened; ``oob`` when sent along with a fragment."""
    request = context.get("request")
    stored = get_messages(request) if request is not None else ()
    return {"toasts": toasts_of(stored), "oob": oob, "csrf_token": context.get("csrf_token")}
