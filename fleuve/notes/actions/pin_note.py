"""Keep a note on top of its customer's notes, or let it go back in line."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.notes.models import Note
from fleuve.notes.queries import note_or_refuse

__all__ = ["pin_note"]


def pin_note(*, note_id: int, is_pinned: bool, by: Principal, at: datetime) -> Note:
    """Pin or unpin; doing it twice changes nothing. Anybody who may write here may pin."""
    found = note_or_refuse(note_id, by)
    require(by, "write", found.customer)
    with transaction.atomic():
        changed = Note.objects.filter(pk=note_id, is_pinned=not is_pinned).update(is_pinned=is_pinned)
        if changed:
            data = {"party": str(found.customer.party_id), "pinned": is_pinned}
            record_event("notes.note_changed", by=by, at=at, subject=("note", note_id), data=data)
    found.note.is_pinned = is_pinned
    return found.note
