"""What undoing an import could not put back as it was: values changed since, and what people typed above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from fleuve.changes.actions import Conflict as Stayed
from fleuve.changes.models import Change
from fleuve.changes.rules import as_stored
from fleuve.imports.models import Conflict
from fleuve.imports.rules import is_blank
from fleuve.imports.writing.above import Above, read_above
from fleuve.kernel.ids import new_ids
from fleuve.parties.models import Record

__all__ = ["find_above", "write_conflicts"]

_KINDS: Final = {"newer": Conflict.Kind.NEWER, "elsewhere": Conflict.Kind.OUTSIDE}


def write_conflicts(import_id: int, stayed: Sequence[Stayed]) -> int:
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
    return len(rows)


def find_above(import_id: int, parties: Sequence[int], undone_at: datetime) -> list[Conflict]:
    """Values put back just now above which a person's word stands, if it was typed after the import wrote.

    What was typed before was shown before: the import changed nothing that anybody saw, and neither does its undoing.
    """
    standing = read_above(parties)
    if not standing:
        return []
    own_records = {above.record_id for above in standing.values()}
    undone = Change.objects.filter(
        origin="import", origin_id=import_id, undone_at=undone_at, party_id__in=list(standing), subject_kind="record"
    ).exclude(subject_id__in=own_records)
    wrote: dict[tuple[int, str], Change] = {}
    for change in undone.order_by("id"):
        above = standing[change.party_id or 0]
        if not is_blank(above.values.get(change.field)):
            wrote[change.subject_id, change.field] = change
    typed = _last_typed(own_records)
    return [
        row
        for change in wrote.values()
        if (row := _above(import_id, change, standing[change.party_id or 0], typed)) is not None
    ]


def _last_typed(records: set[int]) -> Mapping[tuple[int, str], Change]:
    """The change that holds for each field of these manual records."""
    standing = Change.objects.filter(subject_kind="record", subject_id__in=records, undone_at__isnull=True)
    return {(change.subject_id, change.field): change for change in standing.order_by("number", "id")}


def _above(
    import_id: int, change: Change, above: Above, typed: Mapping[tuple[int, str], Change]
) -> Conflict | None:
    word = typed.get((above.record_id, change.field))
    if word is None or word.at < change.at:
        return None
    stored = Record.objects.filter(pk=change.subject_id).values_list(change.field, flat=True).first()
    return Conflict(
        of_import_id=import_id, kind=Conflict.Kind.ABOVE, party_id=above.party_id, subject_kind="record",
        subject_id=change.subject_id, field=change.field, ours=as_stored(stored),
        found=as_stored(above.values[change.field]), found_by_label=word.actor_label[:120], found_at=word.at,
    )  # fmt: skip
