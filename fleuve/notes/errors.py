"""Errors of notes.

FleuveError
└── NotesError
    ├── NoteRefused       what was written cannot be kept as it is
    ├── FileRefused       the file is too large, empty, or there is no room
    └── NotTheirs         only its author or whoever leads may do this
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["FileRefused", "NotTheirs", "NoteRefused", "NotesError"]


class NotesError(FleuveError):
    """Something about a note or a file cannot be done as asked."""

    code = "notes_error"


class NoteRefused(NotesError):
    """The note is empty, too long, or mentions somebody who may not read it; nothing was written."""

    code = "note_refused"
    status = 422


class FileRefused(NotesError):
    """The file was not kept."""

    code = "file_refused"
    status = 422


class NotTheirs(NotesError):
    """Somebody else wrote it."""

    code = "not_theirs"
    status = 403
