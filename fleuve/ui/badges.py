"""A word with a colour and a shape, so that the colour never speaks alone."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fleuve.ui.icons import icon as draw_icon

__all__ = ["badge"]

_SHAPES: Final = {
    "neutral": "",
    "good": "circle-check",
    "warn": "triangle-alert",
    "bad": "circle-alert",
    "info": "info",
    "act": "hand",
}


def badge(text: str | Promise, tone: str = "neutral", icon: str = "") -> SafeString:
    """The badge as markup; ``icon`` replaces the shape of its tone."""
    shape = icon or _SHAPES[tone]
    drawn = draw_icon(shape) if shape else ""
    return format_html('<span class="badge {}">{}{}</span>', f"tone-{tone}", drawn, text)
