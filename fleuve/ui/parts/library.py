"""The one template library of the drawer."""

from __future__ import annotations

from django import template

__all__ = ["register"]

register = template.Library()
