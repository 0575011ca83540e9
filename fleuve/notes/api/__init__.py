"""The operations of notes, attached files and points of contact."""

from __future__ import annotations

from fleuve.notes.api.contacts import router as contacts_router
from fleuve.notes.api.files import router as files_router
from fleuve.notes.api.written import router as notes_router

__all__ = ["contacts_router", "files_router", "notes_router"]
