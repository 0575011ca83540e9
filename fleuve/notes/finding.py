"""Notes and files as search finds them: read for the index, loaded through their door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fleuve.accounts.notices import NoticeSubject
from fleuve.kernel.principal import Principal
from fleuve.notes.models import File, Note
from fleuve.notes.queries import parties_of_records
from fleuve.parties.models import PartyCard
from fleuve.search import Entry, Hit, Kind, register_kind
from fleuve.ui import formatting

__all__ = ["customer_names_of", "first_words", "mentioned_in", "register_kinds"]

_IN_A_TITLE = 90
_KEPT_NAME = 500


def register_kinds() -> None:
    """Have notes and files found."""
    register_kind(Kind("note", _("Notes"), 40, "read", _load_notes, _read_notes, _walk_notes))
    register_kind(Kind("file", _("Files"), 50, "read", _load_files, _read_files, _walk_files))


def mentioned_in(ids: Sequence[int], principal: Principal) -> Mapping[int, NoticeSubject]:
    """Notes as notices lead to them."""
    notes = Note.objects.visible_to(principal).standing().filter(pk__in=ids)
    names = customer_names_of([note.record_id for note in notes], principal)
    return {
        note.pk: NoticeSubject(names[note.record_id], reverse("notes:note", args=[note.pk]))
        for note in notes
        if note.record_id in names
    }


def _read_notes(ids: Sequence[int]) -> Iterable[Entry]:
    notes = Note.objects.filter(pk__in=ids, removed_at__isnull=True)
    parties = parties_of_records(note.record_id for note in notes)
    return [Entry(note.pk, "", body=note.body, party_id=parties.get(note.record_id)) for note in notes]


def _load_notes(ids: Sequence[int], principal: Principal) -> Mapping[int, Hit]:
    notes = Note.objects.visible_to(principal).standing().filter(pk__in=ids)
    names = customer_names_of([note.record_id for note in notes], principal)
    return {
        note.pk: Hit(
            first_words(note.body),
            reverse("notes:note", args=[note.pk]),
            f"{names[note.record_id]} · {note.by_label} · {formatting.day(note.created_at.date())}",
            note.created_at,
            weight=note.pk,  # the newest first
        )
        for note in notes
        if note.record_id in names
    }


def _walk_notes(after: int, most: int) -> Sequence[int]:
    standing = Note.objects.filter(pk__gt=after, removed_at__isnull=True)
    return list(standing.order_by("pk").values_list("pk", flat=True)[:most])


def _read_files(ids: Sequence[int]) -> Iterable[Entry]:
    files = File.objects.filter(pk__in=ids, removed_at__isnull=True)
    parties = parties_of_records(file.record_id for file in files)
    return [Entry(file.pk, file.name[:_KEPT_NAME], party_id=parties.get(file.record_id)) for file in files]


def _load_files(ids: Sequence[int], principal: Principal) -> Mapping[int, Hit]:
    files = File.objects.visible_to(principal).standing().filter(pk__in=ids)
    parties = parties_of_records(file.record_id for file in files)
    names = customer_names_of([file.record_id for file in files], principal)
    return {
        file.pk: Hit(
            file.name,
            reverse("notes:customer_files", args=[parties[file.record_id]]),
            f"{names[file.record_id]} · {file.by_label}",
            file.at,
            weight=file.pk,
        )
        for file in files
        if file.record_id in names
    }


def _walk_files(after: int, most: int) -> Sequence[int]:
    standing = File.objects.filter(pk__gt=after, removed_at__isnull=True)
    return list(standing.order_by("pk").values_list("pk", flat=True)[:most])


def customer_names_of(record_ids: Sequence[int], principal: Principal) -> dict[int, str]:
    """What the customers of these records are called; those that the principal does not see are left out."""
    parties = parties_of_records(record_ids)
    cards = PartyCard.objects.visible_to(principal).filter(pk__in=set(parties.values()))
    called = {pk: name or number for pk, name, number in cards.values_list("pk", "name", "customer_number")}
    return {record: called[party] for record, party in parties.items() if party in called}


def first_words(body: str) -> str:
    """The beginning of a note, in place of the title that it has not."""
    line = " ".join(body.split())
    return line if len(line) <= _IN_A_TITLE else line[:_IN_A_TITLE].rsplit(" ", 1)[0] + " …"
