"""Refusals of derived history.

FleuveError
├── HistoryNotBuilt   nothing was derived yet, or the folder is gone: a rebuild makes it
└── HistoryMoved      another rebuild finished first: this one changes nothing
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["HistoryMoved", "HistoryNotBuilt"]


class HistoryNotBuilt(FleuveError):
    """There are no derived tables to read."""

    code = "history_not_built"
    status = 409


class HistoryMoved(FleuveError):
    """The current generation is not the one that this rebuild started from."""

    code = "history_moved"
    status = 409
