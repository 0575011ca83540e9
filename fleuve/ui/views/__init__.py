"""Pages of the shell."""

from __future__ import annotations

from fleuve.ui.views.living import living
from fleuve.ui.views.palette import palette
from fleuve.ui.views.panel import panel
from fleuve.ui.views.preference import preference
from fleuve.ui.views.trash import trash

__all__ = ["living", "palette", "panel", "preference", "trash"]
