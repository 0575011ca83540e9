"""What notes show on a customer's page: the newest notes with a form to write, the files, moments of the history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fleuve.kernel.principal import Principal, may
from fleuve.notes.forms import FileForm, WriteForm
from fleuve.notes.models import File, Note
from fleuve.notes.queries import files_of, is_author, newest_notes_of, notes_of
from fleuve.notes.rendering import rendered
from fleuve.parties.reaching import reach_customer
from fleuve.ui.panels import PanelAsk
from fleuve.ui.timeline import Moment

__all__ = ["ShownFile", "ShownNote", "file_panel", "moments", "note_panel", "shown_files", "shown_notes"]

_ON_THE_PAGE = 5
_IN_A_MOMENT = 280


@dataclass(frozen=True)
class ShownNote:
    """A note as drawn."""

    note: Note
    body: SafeString
    may_change: bool
    is_changed: bool


@dataclass(frozen=True)
class ShownFile:
    """An attached file as drawn."""

    file: File
    may_remove: bool


def shown_notes(notes: Iterable[Note], principal: Principal) -> list[ShownNote]:
    """The notes as this principal sees them."""
    writes = principal.write_reach != "none"
    return [
        ShownNote(note, rendered(note.body), writes and is_author(note, principal), note.version > 1) for note in notes
    ]


def shown_files(files: Iterable[File], principal: Principal) -> list[ShownFile]:
    """The files as this principal sees them."""
    writes = principal.write_reach != "none"
    return [ShownFile(file, writes and is_author(file, principal)) for file in files]


def note_panel(ask: PanelAsk) -> Mapping[str, object] | None:
    """The newest notes of a customer and the form that writes something down."""
    customer = reach_customer(ask.party_id or 0, ask.principal)
    if customer is None:
        return None
    found = notes_of(customer.party_id, ask.principal, most=_ON_THE_PAGE + 1)
    return {
        "party_id": customer.party_id,
        "notes": shown_notes(_first(found), ask.principal),
        "has_more": len(found) > len(_first(found)),
        "form": WriteForm(auto_id="write_%s"),
        "may_write": may(ask.principal, "write", customer),
    }


def _first(found: Sequence[Note]) -> list[Note]:
    pinned = [note for note in found if note.is_pinned]
    return [*pinned, *[note for note in found if not note.is_pinned][:_ON_THE_PAGE]]


def file_panel(ask: PanelAsk) -> Mapping[str, object] | None:
    """The files of a customer and the form that attaches one."""
    customer = reach_customer(ask.party_id or 0, ask.principal)
    if customer is None:
        return None
    return {
        "party_id": customer.party_id,
        "files": shown_files(files_of(customer.party_id, ask.principal), ask.principal),
        "form": FileForm(auto_id="attach_%s"),
        "may_write": may(ask.principal, "write", customer),
    }


def moments(party_id: int, principal: Principal, limit: int) -> Iterable[Moment]:
    """Notes and files of a customer as moments of their history."""
    for note in newest_notes_of(party_id, principal, limit):
        text = note.body.replace("**", "")
        cut = text if len(text) <= _IN_A_MOMENT else text[:_IN_A_MOMENT].rsplit(" ", 1)[0] + " …"
        url = reverse("notes:note", args=[note.pk])
        yield Moment(note.created_at, _("Note"), cut, url, icon="notebook-pen", who=note.by_label)
    for file in files_of(party_id, principal, most=limit):
        url = reverse("notes:file", args=[file.pk])
        yield Moment(file.at, _("File attached"), file.name, url, icon="paperclip", who=file.by_label)
