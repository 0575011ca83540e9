"""Put a note into the trash."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.events import record as record_event
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.principal import Principal, require
from fleuve.notes.models import Note
from fleuve.notes.queries import NoteFound, note_or_refuse, require_author
from fleuve.search.actions import refresh

__all__ = ["remove_note"]


def remove_note(*, note_id: int, version: int | None = None, by: Principal, at: datetime) -> NoteFound:
    """Take a note off its customer; it waits in the trash for thirty days. Removing twice changes nothing.

    With a ``version``: only that one. Raises ``EditedMeanwhile`` when another stands.
    """
    found = note_or_refuse(note_id, by)
    require(by, "write", found.customer)
    require_author(found.note, by)
    with transaction.atomic():
        standing = Note.objects.filter(pk=note_id, removed_at__isnull=True)
        standing = standing if version is None else standing.filter(version=version)
        if standing.update(removed_at=at, removed_by_label=by.label):
            refresh("note", [note_id], at=at)
            data = {"party": str(found.customer.party_id)}
            record_event("notes.note_removed", by=by, at=at, subject=("note", note_id), data=data)
        elif version is not None:
            found.note.refresh_from_db()
            sentence = _("Somebody saved this meanwhile. Read it again, then send your change.")
            raise EditedMeanwhile(sentence, version=found.note.version)
    return found
