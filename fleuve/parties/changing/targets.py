"""Targets that are no question of field rules: an action of their own asks for another verb."""

from __future__ import annotations

from fleuve.attributes import registry
from fleuve.parties.changing.edits import Target

__all__ = ["target_named"]


def target_named(key: str) -> Target:
    """The target of a declared attribute."""
    return Target(registry.get(key))
