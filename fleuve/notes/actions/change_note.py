"""Rewrite a note."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.events import record as record_event
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.principal import Principal, require
from fleuve.notes.models import Note
from fleuve.notes.queries import note_or_refuse, require_author
from fleuve.notes.telling import checked_body, checked_mentions, tell_mentioned
from fleuve.search.actions import refresh

__all__ = ["change_note"]


def change_note(*, note_id: int, body: str, version: int, by: Principal, at: datetime) -> Note:
    """Replace the text of a note that was opened at ``version``.

    Raises ``EditedMeanwhile`` when somebody saved it since, ``NotTheirs`` when it is another's and ``by`` leads nobody.
    """
    found = note_or_refuse(note_id, by)
    require(by, "write", found.customer)
    require_author(found.note, by)
    text = checked_body(body)
    user_ids = checked_mentions(text, found.customer, by)
    with transaction.atomic():
        current = Note.objects.filter(pk=note_id, version=version, removed_at__isnull=True)
        if not current.update(body=text, version=version + 1, updated_at=at):
            _refuse_late(note_id)
        tell_mentioned(found.note, user_ids, by=by, at=at)
        refresh("note", [note_id], at=at)
        record_event(
            "notes.note_changed",
            by=by,
            at=at,
            subject=("note", note_id),
            data={"party": str(found.customer.party_id)},
            values={"body": [found.note.body, text]},
        )
    found.note.refresh_from_db()
    return found.note


def _refuse_late(note_id: int) -> None:
    stored = Note.objects.get(pk=note_id)
    sentence = _("Somebody saved this note while you were writing. Compare both texts and save again.")
    raise EditedMeanwhile(sentence, version=stored.version, theirs={"body": stored.body})
