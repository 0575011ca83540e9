"""Take a note back out of the trash."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.notes.models import Note
from fleuve.notes.queries import NoteFound, note_or_refuse, require_author
from fleuve.search.actions import refresh

__all__ = ["restore_note"]


def restore_note(*, note_id: int, by: Principal, at: datetime) -> NoteFound:
    """Put the note back where it was. Restoring twice changes nothing."""
    found = note_or_refuse(note_id, by, from_trash=True)
    require(by, "write", found.customer)
    require_author(found.note, by)
    with transaction.atomic():
        removed = Note.objects.filter(pk=note_id, removed_at__isnull=False)
        if removed.update(removed_at=None, removed_by_label=""):
            refresh("note", [note_id], at=at)
            data = {"party": str(found.customer.party_id)}
            record_event("notes.note_restored", by=by, at=at, subject=("note", note_id), data=data)
    return found
