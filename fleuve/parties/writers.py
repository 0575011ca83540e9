"""What parties offer to whoever takes changes back: hold records and customers, read what is stored, write it.

A record's fields in the journal: a column by its name, ``own:<field>``, ``tag:<tag>``, ``detail:<channel>`` (the list
of its standing details). A blank is nothing; a column emptied by hand is an empty text. A party has one: ``owner``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from django.db.models import F

from fleuve.accounts.models import User
from fleuve.changes.actions import Writer
from fleuve.changes.rows import bound, update_rows
from fleuve.changes.rules import as_stored, read_stored
from fleuve.kernel.principal import SYSTEM
from fleuve.parties.actions.refresh_cards import refresh_cards
from fleuve.parties.changing.writing import column_told, renew_address
from fleuve.parties.contacts import ADDRESS, checked_detail, details_in_order, reading_of
from fleuve.parties.models import (
    ContactDetail,
    Membership,
    Ownership,
    OwnField,
    OwnValue,
    Party,
    PartyCard,
    PartyKind,
    Record,
    RecordTag,
    Tag,
)
from fleuve.parties.own_values import OwnStored, stored_of_journal, told_to_journal
from fleuve.parties.speaking import emptied, is_manual, primary_record

__all__ = ["WRITERS"]

_Place: TypeAlias = tuple[int, str]
_Value: TypeAlias = tuple[int, str, str | None]


class _Records:
    """The writer of records: columns, own values, details and tags."""

    def hold(self, subject_ids: Sequence[int]) -> None:
        parties = _open(subject_ids).values("party_id")
        Party.objects.filter(pk__in=parties).update(version=F("version") + 1)
        Record.objects.filter(pk__in=subject_ids).update(version=F("version") + 1)

    def stored(self, fields: Sequence[_Place]) -> Mapping[_Place, str | None]:
        subjects = {subject for subject, _name in fields}
        records = {one.pk: one for one in Record.objects.filter(pk__in=subjects).select_related("source")}
        asked = [place for place in fields if place[0] in records]
        found: dict[_Place, str | None] = {}
        for place in asked:
            if ":" not in place[1]:
                found[place] = column_told(records[place[0]], place[1])
        found.update(_own_stored(_of_kind(asked, "own")))
        found.update(_details_stored(_of_kind(asked, "detail"), records))
        found.update(_tags_stored(_of_kind(asked, "tag")))
        return found

    def write(self, values: Sequence[_Value], *, at: datetime) -> None:
        _write_columns([one for one in values if ":" not in one[1]], at)
        _write_own(_values_of(values, "own"), at)
        _write_details(_values_of(values, "detail"), at)
        _write_tags(_values_of(values, "tag"), at)
        subjects = sorted({subject for subject, _name, _value in values})
        parties = sorted(set(_open(subjects).values_list("party_id", flat=True)))
        refresh_cards(party_ids=parties, at=at)


class _Parties:
    """The writer of parties: who looks after them."""

    def hold(self, subject_ids: Sequence[int]) -> None:
        Party.objects.filter(pk__in=subject_ids).update(version=F("version") + 1)

    def stored(self, fields: Sequence[_Place]) -> Mapping[_Place, str | None]:
        owners = PartyCard.objects.filter(pk__in=[party for party, _name in fields]).values_list("pk", "owner_id")
        return {(party, "owner"): as_stored(owner) for party, owner in owners}

    def write(self, values: Sequence[_Value], *, at: datetime) -> None:
        wanted = {party: read_stored(told) for party, _name, told in values}
        records: dict[int, list[Record]] = defaultdict(list)
        open_ones = Membership.objects.filter(party_id__in=list(wanted), until_at=None).select_related("record__source")
        for membership in open_ones:
            records[membership.party_id].append(membership.record)
        ids = [record.pk for some in records.values() for record in some]
        Ownership.objects.filter(record__in=ids, until_at=None).update(until_at=at)
        names = dict(User.objects.filter(pk__in={one for one in wanted.values() if one}).values_list("pk", "name"))
        by = {"by_kind": SYSTEM.kind, "by_id": SYSTEM.id, "by_label": SYSTEM.label, "origin": "undo"}
        Ownership.objects.bulk_create(
            Ownership(
                record=primary_record(records[party]), user_id=owner, user_label=names.get(owner, ""), from_at=at, **by
            )
            for party, owner in wanted.items()
            if owner is not None and party in records
        )
        refresh_cards(party_ids=sorted(wanted), at=at)


WRITERS: Final[Mapping[str, Writer]] = {"record": _Records(), "party": _Parties()}


def _open(record_ids: Iterable[int]) -> Any:
    return Membership.objects.filter(record_id__in=list(record_ids), until_at=None)


def _of_kind(places: Iterable[_Place], kind: str) -> dict[str, list[int]]:
    """The records asked for, by the part of the field's name after ``kind:``."""
    found: dict[str, list[int]] = defaultdict(list)
    for record, name in places:
        if name.startswith(f"{kind}:"):
            found[name.partition(":")[2]].append(record)
    return found


def _values_of(values: Iterable[_Value], kind: str) -> dict[str, dict[int, str | None]]:
    found: dict[str, dict[int, str | None]] = defaultdict(dict)
    for record, name, value in values:
        if name.startswith(f"{kind}:"):
            found[name.partition(":")[2]][record] = value
    return found


def _fields(keys: Iterable[str]) -> dict[str, OwnField]:
    return {str(one.pk): one for one in OwnField.objects.filter(pk__in=[int(key) for key in keys])}


def _own_stored(asked: Mapping[str, Sequence[int]]) -> dict[_Place, str | None]:
    found: dict[_Place, str | None] = {}
    for key, own_field in _fields(asked).items():
        found.update({(record, f"own:{key}"): None for record in asked[key]})
        for value in OwnValue.objects.filter(field=own_field, record__in=asked[key]):
            stored = OwnStored(value.text, value.folded, value.number, value.day)
            found[value.record_id, f"own:{key}"] = told_to_journal(own_field.shape, stored)
    return found


def _details_stored(asked: Mapping[str, Sequence[int]], records: Mapping[int, Record]) -> dict[_Place, str | None]:
    found: dict[_Place, str | None] = {}
    for channel, ids in asked.items():
        details: dict[int, list[ContactDetail]] = defaultdict(list)
        for detail in ContactDetail.objects.filter(record__in=ids, channel=channel):
            details[detail.record_id].append(detail)
        for record in ids:
            listed = [one.value for one in details_in_order(records[record], details[record])]
            found[record, f"detail:{channel}"] = as_stored(listed) if listed else None
    return found


def _tags_stored(asked: Mapping[str, Sequence[int]]) -> dict[_Place, str | None]:
    found: dict[_Place, str | None] = {}
    for key, ids in asked.items():
        there = set(RecordTag.objects.filter(tag=int(key), record__in=ids).values_list("record_id", flat=True))
        found.update({(record, f"tag:{key}"): as_stored(1) if record in there else None for record in ids})
    return found


def _write_columns(values: Sequence[_Value], at: datetime) -> None:
    told: dict[int, dict[str, str | None]] = defaultdict(dict)
    for subject, name, value in values:
        told[subject][name] = value
    if not told:
        return
    records = list(Record.objects.filter(pk__in=told).select_related("source"))
    rows: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for record in records:
        names = tuple(sorted(told[record.pk]))
        for name in names:
            _say(record, name, read_stored(told[record.pk][name]))
        columns = (*names, "emptied", "updated_at")
        record.updated_at = at
        rows[columns].append((*(bound(getattr(record, name)) for name in columns), record.pk))
    for columns, some in rows.items():
        update_rows(Record, columns, some)
    for record in records:
        if is_manual(record) and not told[record.pk].keys().isdisjoint(ADDRESS):
            renew_address(record, at)


def _say(record: Record, name: str, value: Any) -> None:
    """Put a column back to what the journal says: nothing, emptied by hand, or a value."""
    kept = emptied(record) - {name} | ({name} if value == "" and is_manual(record) else set())
    record.emptied = f"|{'|'.join(sorted(kept))}|" if kept else ""
    if value in (None, ""):
        value = None if name == "customer_since" else PartyKind.UNKNOWN if name == "kind" else ""
    elif name == "customer_since":
        value = date.fromisoformat(value)
    setattr(record, name, value)


def _write_own(values: Mapping[str, Mapping[int, str | None]], at: datetime) -> None:
    for key, own_field in _fields(values).items():
        stored = {record: stored_of_journal(own_field.shape, told) for record, told in values[key].items()}
        gone = [record for record, one in stored.items() if one is None]
        OwnValue.objects.filter(field=own_field, record__in=gone).delete()
        OwnValue.objects.bulk_create(
            [
                OwnValue(
                    record_id=record, field=own_field, text=one.text, folded=one.folded, number=one.number,
                    day=one.day, updated_at=at,
                )
                for record, one in stored.items()
                if one is not None
            ],
            update_conflicts=True,
            unique_fields=["record", "field"],
            update_fields=["text", "folded", "number", "day", "updated_at"],
        )  # fmt: skip


def _write_details(values: Mapping[str, Mapping[int, str | None]], at: datetime) -> None:
    for channel, told in values.items():
        records = Record.objects.filter(pk__in=told).select_related("source")
        for record in records:
            _put_details(record, channel, read_stored(told[record.pk]) or [], at)


def _put_details(record: Record, channel: str, wanted: Sequence[str], at: datetime) -> None:
    """Make the standing details of a channel exactly these; those that a file brought are only hidden, never lost."""
    there = {one.value: one for one in ContactDetail.objects.filter(record=record, channel=channel)}
    for value, detail in there.items():
        removed_at = None if value in wanted else detail.removed_at or at
        if removed_at != detail.removed_at:
            ContactDetail.objects.filter(pk=detail.pk).update(removed_at=removed_at)
    missing = [value for value in wanted if value not in there]
    for value in reversed(missing) if is_manual(record) else missing:
        columns = checked_detail(channel, value, reading_of(channel, value, record.country, "UTC"))
        ContactDetail.objects.create(record=record, channel=channel, created_at=at, **columns)


def _write_tags(values: Mapping[str, Mapping[int, str | None]], at: datetime) -> None:
    known = set(Tag.objects.filter(pk__in=[int(key) for key in values]).values_list("pk", flat=True))
    for key, told in values.items():
        off = [record for record, value in told.items() if value is None]
        on = [record for record, value in told.items() if value is not None and int(key) in known]
        RecordTag.objects.filter(tag=int(key), record__in=off).delete()
        by = {"by_kind": SYSTEM.kind, "by_id": SYSTEM.id, "by_label": SYSTEM.label}
        rows = [RecordTag(record_id=record, tag_id=int(key), at=at, **by) for record in on]
        RecordTag.objects.bulk_create(rows, ignore_conflicts=True)
