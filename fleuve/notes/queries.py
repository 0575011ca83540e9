"""Reads of notes and files; each begins with the customer, through the door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from fleuve.kernel.principal import Principal, may
from fleuve.notes.errors import NotTheirs
from fleuve.notes.models import File, Note
from fleuve.parties.errors import UnknownCustomer
from fleuve.parties.models import Membership
from fleuve.parties.reaching import Reached, reach_customer, reach_record

__all__ = [
    "FileFound",
    "NoteFound",
    "customer_or_refuse",
    "file_found",
    "file_or_refuse",
    "files_of",
    "is_author",
    "newest_notes_of",
    "note_found",
    "note_or_refuse",
    "notes_of",
    "parties_of_records",
    "records_of_customer",
    "require_author",
]


@dataclass(frozen=True)
class NoteFound:
    """A note with the customer that it is about."""

    note: Note
    customer: Reached


@dataclass(frozen=True)
class FileFound:
    """An attached file with its customer."""

    file: File
    customer: Reached


def customer_or_refuse(party_id: int, principal: Principal) -> Reached:
    """The customer, or ``UnknownCustomer``."""
    found = reach_customer(party_id, principal)
    if found is None:
        raise UnknownCustomer(_("There is no such customer."))
    return found


def note_found(note_id: int, principal: Principal, *, from_trash: bool = False) -> NoteFound | None:
    """The note, of the trash when asked; ``None`` when missing or not to be seen."""
    note = Note.objects.visible_to(principal).filter(pk=note_id, removed_at__isnull=not from_trash).first()
    customer = reach_record(note.record_id, principal) if note else None
    return NoteFound(note, customer) if note and customer else None


def note_or_refuse(note_id: int, principal: Principal, *, from_trash: bool = False) -> NoteFound:
    """The note, or ``UnknownCustomer``: whoever may not see it learns no more than of a missing one."""
    found = note_found(note_id, principal, from_trash=from_trash)
    if found is None:
        raise UnknownCustomer(_("There is no such note. It may have been put into the trash."))
    return found


def file_found(file_id: int, principal: Principal, *, from_trash: bool = False) -> FileFound | None:
    """The file, of the trash when asked; ``None`` when missing or not to be seen."""
    file = File.objects.visible_to(principal).filter(pk=file_id, removed_at__isnull=not from_trash).first()
    customer = reach_record(file.record_id, principal) if file else None
    return FileFound(file, customer) if file and customer else None


def file_or_refuse(file_id: int, principal: Principal, *, from_trash: bool = False) -> FileFound:
    """The file, or ``UnknownCustomer``."""
    found = file_found(file_id, principal, from_trash=from_trash)
    if found is None:
        raise UnknownCustomer(_("There is no such file. It may have been put into the trash."))
    return found


def is_author(written: Note | File, principal: Principal) -> bool:
    """Whether the principal wrote it, or leads: only they rewrite and remove."""
    is_own = (written.by_kind, written.by_id) == (principal.kind, principal.id)
    return is_own or may(principal, "assign")


def require_author(written: Note | File, principal: Principal) -> None:
    """Raise ``NotTheirs`` unless the principal wrote it or leads."""
    if not is_author(written, principal):
        sentence = _("%(name)s wrote this. Only they or whoever leads the team may change it.")
        raise NotTheirs(sentence % {"name": written.by_label})


def newest_notes_of(party_id: int, principal: Principal, most: int) -> list[Note]:
    """A customer's newest notes, pinned or not."""
    standing = Note.objects.visible_to(principal).standing().filter(record_id__in=records_of_customer(party_id))
    return list(standing.order_by("-id")[:most])


def notes_of(party_id: int, principal: Principal, *, before: int | None = None, most: int = 20) -> list[Note]:
    """A customer's notes, newest first; on the first page the pinned ones stand on top."""
    standing = Note.objects.visible_to(principal).standing().filter(record_id__in=records_of_customer(party_id))
    if before is not None:
        return list(standing.filter(pk__lt=before, is_pinned=False).order_by("-id")[:most])
    pinned = list(standing.filter(is_pinned=True).order_by("-id")[:most])
    return [*pinned, *standing.filter(is_pinned=False).order_by("-id")[:most]]


def files_of(party_id: int, principal: Principal, *, most: int = 100) -> list[File]:
    """A customer's files, newest first."""
    standing = File.objects.visible_to(principal).standing()
    return list(standing.filter(record_id__in=records_of_customer(party_id)).order_by("-id")[:most])


def parties_of_records(record_ids: Iterable[int]) -> Mapping[int, int]:
    """Which customer each of these records belongs to now."""
    open_ones = Membership.objects.filter(record_id__in=set(record_ids), until_at__isnull=True)
    return dict(open_ones.values_list("record_id", "party_id"))


def records_of_customer(party_id: int) -> QuerySet[Membership, int]:
    """The records that make up a customer now, for the condition of another question."""
    return Membership.objects.filter(party_id=party_id, until_at__isnull=True).values_list("record_id", flat=True)
