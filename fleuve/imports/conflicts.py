"""What undoing an import could not put back as it was: values changed since, and what people typed above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from fleuve.changes.actions import Conflict as Stayed
from fleuve.changes.actions import Writer
from fleuve.changes.models import Change
from fleuve.imports.models import Conflict
from fleuve.imports.writing.above import manual_records
from fleuve.kernel.ids import new_ids

__all__ = ["find_above", "place_of", "write_conflicts"]

_KINDS: Final = {"newer": Conflict.Kind.NEWER, "elsewhere": Conflict.Kind.OUTSIDE}
_SILENT: Final = (None, '""')  # nothing said, and emptied by hand

_Place = tuple[int, str]


def write_conflicts(import_id: int, stayed: Sequence[Stayed]) -> None:
    """Write down the values that stayed as they were found; the same one again is written once."""
    rows = [
        Conflict(
            id=conflict_id, of_import_id=import_id, kind=_KINDS[one.reason], party_id=one.party_id,
            subject_kind=one.subject_kind, subject_id=one.subject_id, field=one.field, ours=one.before,
            found=one.found, found_by_label=one.found_by_label[:120], found_at=one.found_at,
        )
        for conflict_id, one in zip(new_ids(len(stayed)), stayed, strict=True)
    ]  # fmt: skip
    Conflict.objects.bulk_create(rows, ignore_conflicts=True)


def find_above(import_id: int, parties: Sequence[int], undone_at: datetime, writer: Writer) -> list[Conflict]:
    """Values put back just now above which a person's word stands, if it was typed after the import wrote.

    What was typed before was shown before: the import changed nothing that anybody saw, and neither does its undoing.
    """
    manual = manual_records(parties)
    if not manual:
        return []
    undone = Change.objects.filter(
        origin="import", origin_id=import_id, undone_at=undone_at, party_id__in=list(manual), subject_kind="record"
    ).exclude(subject_id__in=list(manual.values()))
    last = {(change.subject_id, change.field): change for change in undone.order_by("id")}
    wanted = {(manual[change.party_id or 0], change.field) for change in last.values()}
    words = {place: told for place, told in writer.stored(sorted(wanted)).items() if told not in _SILENT}
    typed = _last_typed(words)
    restored = writer.stored(sorted(last))
    found = []
    for place, change in last.items():
        above = (manual[change.party_id or 0], change.field)
        word = typed.get(above)
        if above in words and word is not None and word.at >= change.at and place in restored:
            found.append(_above(import_id, change, restored[place], words[above], word))
    return found


def place_of(conflict: Conflict) -> tuple[str, int, str, str | None]:
    """Where *take ours back* writes, and what: the value itself, or nothing on the manual record above it."""
    if conflict.kind != Conflict.Kind.ABOVE:
        return conflict.subject_kind, conflict.subject_id, conflict.field, conflict.ours
    party = conflict.party_id or 0
    return "record", manual_records([party]).get(party, 0), conflict.field, None


def _last_typed(words: Mapping[_Place, str | None]) -> dict[_Place, Change]:
    """The change that holds for each of these fields of manual records."""
    records = {record for record, _field in words}
    standing = Change.objects.filter(subject_kind="record", subject_id__in=records, undone_at__isnull=True)
    return {(change.subject_id, change.field): change for change in standing.order_by("number", "id")}


def _above(import_id: int, change: Change, ours: str | None, found: str | None, word: Change) -> Conflict:
    return Conflict(
        of_import_id=import_id, kind=Conflict.Kind.ABOVE, party_id=change.party_id, subject_kind="record",
        subject_id=change.subject_id, field=change.field, ours=ours, found=found,
        found_by_label=word.actor_label[:120], found_at=word.at,
    )  # fmt: skip
