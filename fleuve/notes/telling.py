"""What writing and rewriting a note have in common: its text is checked, and whom it mentions is told once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.accounts.actions import notify
from fleuve.accounts.queries import colleagues, who_sees
from fleuve.kernel.principal import Principal
from fleuve.kernel.search_text import fold
from fleuve.notes.errors import NoteRefused
from fleuve.notes.models import Mention, Note
from fleuve.notes.rules import LONGEST_NOTE, mentioned
from fleuve.parties.reaching import Reached

__all__ = ["checked_body", "checked_mentions", "tell_mentioned"]


def checked_body(body: str) -> str:
    """The text as it is kept, or ``NoteRefused``."""
    text = body.replace("\r\n", "\n").strip()
    if not text:
        raise NoteRefused(_("The note is empty. Write something first."), code="note_empty")
    if len(text) > LONGEST_NOTE:
        raise NoteRefused(_("A note has 20,000 letters at most. Attach the text as a file."), code="note_too_long")
    return text


def checked_mentions(text: str, customer: Reached, by: Principal) -> list[int]:
    """Whom the text mentions; refused when one of them could not read it: no mention leads to a closed door."""
    people: dict[str, list[int]] = {}
    known = colleagues(by)
    for one in known:
        people.setdefault(fold(one.name), []).append(one.user_id)
    called = mentioned(text, people)
    if not called:
        return []
    seeing = who_sees(customer.owner_id, called)
    blind = [one.name for one in known if one.user_id in called and one.user_id not in seeing]
    if blind:
        sentence = ngettext(
            "%(names)s may not see this customer and cannot be mentioned here. Leave out the @ or ask for access.",
            "%(names)s may not see this customer and cannot be mentioned here. Leave out the @ or ask for access.",
            len(blind),
        )
        raise NoteRefused(sentence % {"names": ", ".join(blind)}, code="mention_refused", count=len(blind))
    return called


def tell_mentioned(note: Note, user_ids: Sequence[int], *, by: Principal, at: datetime) -> None:
    """Keep the mentions of a note; who is new among them gets one notice, its author none."""
    known = set(Mention.objects.filter(note=note).values_list("user_id", flat=True))
    Mention.objects.filter(note=note).exclude(user_id__in=list(user_ids)).delete()
    fresh = [user_id for user_id in user_ids if user_id not in known]
    Mention.objects.bulk_create(Mention(note=note, user_id=user_id) for user_id in fresh)
    if fresh:
        notify(user_ids=fresh, kind="mention", subject=("note", note.pk), by=by, at=at)
