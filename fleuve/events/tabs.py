"""The parts of the audit trail; a module above that keeps one of its own adds it in ``apps.ready``."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["audit_tabs", "register_audit_tab"]

_tabs: Final[dict[str, tuple[int, str | Promise, str]]] = {
    "everything": (10, _("What was done"), "events:audit"),
    "exports": (30, _("What was exported"), "events:exports"),
}


def register_audit_tab(key: str, order: int, label: str | Promise, url_name: str) -> None:
    """Add a part; its page asks for the verb ``audit`` like the others."""
    _tabs[key] = (order, label, url_name)


def audit_tabs() -> list[dict[str, object]]:
    """The parts in order, as tabs are drawn."""
    ordered = sorted(_tabs.items(), key=lambda item: item[1][0])
    return [{"key": key, "label": label, "url": reverse(url_name)} for key, (_order, label, url_name) in ordered]
