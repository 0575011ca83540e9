"""Parts that wrap content: disclosure, dialog, side panel, notice."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from fleuve.ui.parts.library import register


@register.simple_block_tag
def why(content: str, id: str, label: str = "", url: str = "") -> str:
    """The facts behind a figure, one click away; with ``url`` they are loaded when opened."""
    values = {"content": content, "id": id, "label": label or _("Why?"), "url": url}
    return render_to_string("ui/parts/why.html", values)


@register.simple_block_tag
def dialog(content: str, id: str, title: str, url: str = "") -> str:
    """A modal window; a ``data-open`` button opens it."""
    return _window(content, id, title, url, "dialog")


@register.simple_block_tag
def panel(content: str, id: str, title: str, url: str = "") -> str:
    """A modal panel at the side, for detail beside a list."""
    return _window(content, id, title, url, "panel")


def _window(content: str, id: str, title: str, url: str, kind: str) -> str:
    values = {"content": content, "id": id, "title": title, "url": url, "kind": kind}
    return render_to_string("ui/parts/dialog.html", values)


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "") -> str:
    """A remark that stays on the page."""
    shapes = {"info": "info", "good": "circle-check", "warn": "triangle-alert", "bad": "circle-alert", "act": "hand"}
    values = {"content": content, "tone": tone, "title": title, "icon": shapes[tone]}
    return render_to_string("ui/parts/notice.html", values)


@register.simple_block_tag
def capture(content: str) -> str:
    """Keeps a block's text for two places: ``{% capture as name %}…{% endcapture %}``."""
    return mark_safe(content.strip())  # already rendered, and escaped where it had to be
