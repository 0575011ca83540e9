"""Write something down about a customer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.notes.models import Note
from fleuve.notes.queries import customer_or_refuse
from fleuve.notes.telling import checked_body, checked_mentions, tell_mentioned
from fleuve.search.actions import refresh

__all__ = ["write_note"]


def write_note(*, party_id: int, body: str, by: Principal, at: datetime, is_pinned: bool = False) -> Note:
    """Keep a note and tell the colleagues whom it mentions.

    Raises ``NoteRefused`` when it is empty, too long, or mentions somebody who may not see this customer.
    """
    customer = customer_or_refuse(party_id, by)
    require(by, "write", customer)
    text = checked_body(body)
    user_ids = checked_mentions(text, customer, by)
    with transaction.atomic():
        note = Note.objects.create(
            record=customer.record,
            body=text,
            is_pinned=is_pinned,
            created_at=at,
            updated_at=at,
            by_kind=by.kind,
            by_id=by.id,
            by_label=by.label,
        )
        tell_mentioned(note, user_ids, by=by, at=at)
        refresh("note", [note.pk], at=at)
        record_event(
            "notes.note_written",
            by=by,
            at=at,
            subject=("note", note.pk),
            data={"party": str(party_id), "mentions": len(user_ids)},
        )
    return note
