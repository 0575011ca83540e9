"""The drawer: every interface part, made once and used on every page.

Higher modules hand it what they know through the registries below; it knows none of them.
"""

from __future__ import annotations

from fleuve.ui.panels import CustomerHead, PanelAsk, register_customer_door, register_panel
from fleuve.ui.registry import (
    MenuItem,
    PaletteEntry,
    register_menu,
    register_notice_count,
    register_organisation,
    register_palette,
    register_preferences,
)
from fleuve.ui.timeline import Moment, register_moments

__all__ = [
    "CustomerHead",
    "MenuItem",
    "Moment",
    "PaletteEntry",
    "PanelAsk",
    "register_customer_door",
    "register_menu",
    "register_moments",
    "register_notice_count",
    "register_organisation",
    "register_palette",
    "register_panel",
    "register_preferences",
]
