"""Writing to the journal and taking back from it."""

from __future__ import annotations

from fleuve.changes.actions.changed import changed
from fleuve.changes.actions.erase_changes import erase_changes
from fleuve.changes.actions.undo_some import Conflict, UndoneSome, Writer, undo_some

__all__ = ["Conflict", "UndoneSome", "Writer", "changed", "erase_changes", "undo_some"]
