"""Every part of the drawer as a template tag: ``{% load drawer %}``."""

from __future__ import annotations

from fleuve.ui.parts import register

__all__ = ["register"]
