"""Finding anything by what is typed, accents and slips forgiven.

A module registers its kinds (``register_kind``) and calls ``refresh`` in the transaction that changed a subject;
``queries.find`` answers. The rules are told in ``docs/rules/search.md``. Names that need tables are loaded on first
use, because Django imports this package before its tables exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fleuve.search.kinds import Entry, Hit, Kind, register_kind

if TYPE_CHECKING:
    from fleuve.search.actions import drop, mark, put, refresh

__all__ = ["Entry", "Hit", "Kind", "drop", "mark", "put", "refresh", "register_kind"]

_ACTIONS = ("drop", "mark", "put", "refresh")


def __getattr__(name: str) -> Any:
    if name in _ACTIONS:
        from fleuve.search import actions

        return getattr(actions, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
