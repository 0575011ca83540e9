"""The trash: the one page of every module's removed things, under the address that the menu names."""

from __future__ import annotations

from fleuve.ui.views.trash import trash

__all__ = ["trash"]
