"""Pages of notes, files and written-down contacts."""

from __future__ import annotations

from fleuve.notes.views.files import customer_files, file_content, file_removal, file_restoration
from fleuve.notes.views.notes import customer_notes, note, note_pinning, note_removal, note_restoration
from fleuve.notes.views.written import colleague_names, interaction_undone

__all__ = [
    "colleague_names",
    "customer_files",
    "customer_notes",
    "file_content",
    "file_removal",
    "file_restoration",
    "interaction_undone",
    "note",
    "note_pinning",
    "note_removal",
    "note_restoration",
]
