"""The tags of the drawer, by kind. Importing this package fills ``register``."""

from __future__ import annotations

from fleuve.ui.parts import blocks, display, figures, forms, lists, shell
from fleuve.ui.parts.library import register

__all__ = ["blocks", "display", "figures", "forms", "lists", "register", "shell"]
