"""The drawer: every interface part, made once and used on every page.

Higher modules hand it what they know through the registries below; it knows none of them.
"""

from __future__ import annotations

from fleuve.ui.registry import (
    MenuItem,
    PaletteEntry,
    register_menu,
    register_organisation,
    register_palette,
    register_preferences,
)

__all__ = [
    "MenuItem",
    "PaletteEntry",
    "register_menu",
    "register_organisation",
    "register_palette",
    "register_preferences",
]
