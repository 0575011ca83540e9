"""The tags of the drawer, by kind. Importing this package fills ``register``."""

from __future__ import annotations

from fleuve.ui.parts import blocks, display, figures, forms, lists, panels, shell
from fleuve.ui.parts.library import register

__all__ = ["blocks", "display", "figures", "forms", "lists", "panels", "register", "shell"]
