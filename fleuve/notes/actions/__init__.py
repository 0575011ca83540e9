"""What changes notes and files."""

from __future__ import annotations

from fleuve.notes.actions.add_file import add_file
from fleuve.notes.actions.change_note import change_note
from fleuve.notes.actions.pin_note import pin_note
from fleuve.notes.actions.purge_trash import purge_trash
from fleuve.notes.actions.remove_file import remove_file
from fleuve.notes.actions.remove_note import remove_note
from fleuve.notes.actions.restore_file import restore_file
from fleuve.notes.actions.restore_note import restore_note
from fleuve.notes.actions.write_note import write_note

__all__ = [
    "add_file",
    "change_note",
    "pin_note",
    "purge_trash",
    "remove_file",
    "remove_note",
    "restore_file",
    "restore_note",
    "write_note",
]
