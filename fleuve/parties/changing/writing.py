"""Writing what was decided: manual records, columns, values of own fields, contact details, and the journal's rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from fleuve.changes.rules import Edited, as_stored
from fleuve.kernel.principal import Principal
from fleuve.parties.changing.edits import FROM_SOURCES, Target
from fleuve.parties.changing.subjects import Subject
from fleuve.parties.contacts import ADDRESS, checked_detail, detail_row, details_in_order, postal_detail, reading_of
from fleuve.parties.manual import manual_source
from fleuve.parties.models import (
    Channel,
    ContactDetail,
    Membership,
    Ownership,
    OwnValue,
    PartyKind,
    Record,
    RecordTag,
    Source,
)
from fleuve.parties.own_values import OwnStored, stored_of, told_to_journal
from fleuve.parties.speaking import emptied, in_speaking_order, spoken

__all__ = ["Writing", "column_told", "renew_address"]


@dataclass
class Writing:
    """Everything that one change writes; gathered first, so that each table is written once."""

    by: Principal
    at: datetime
    timezone: str = "UTC"
    told: list[Edited] = field(default_factory=list)
    shown: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    new_records: dict[int, Record] = field(default_factory=dict)
    touched: dict[int, Record] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    own: dict[tuple[int, int], OwnStored | None] = field(default_factory=dict)
    new_details: list[ContactDetail] = field(default_factory=list)
    removed_details: list[int] = field(default_factory=list)
    gone_details: list[int] = field(default_factory=list)
    ended_owners: list[int] = field(default_factory=list)
    new_owners: list[tuple[int, int]] = field(default_factory=list)
    owner_labels: dict[int, str] = field(default_factory=dict)
    new_tags: list[tuple[int, int]] = field(default_factory=list)
    gone_tags: list[tuple[int, int]] = field(default_factory=list)
    known_tags: dict[int, bool] = field(default_factory=dict)

    def manual_of(self, subject: Subject) -> Record:
        """The customer's manual record, made when this is the first thing that anybody says by hand."""
        if subject.manual is None:
            record = Record(
                source=self._source,
                external_id=str(subject.party_id),
                version=0,
                created_at=self.at,
                updated_at=self.at,
            )
            self.new_records[subject.party_id] = record
            subject.records.insert(0, record)
        record = subject.records[0]
        self._touch(record)
        return record

    @cached_property
    def _source(self) -> Source:
        return manual_source(self.at)

    def column(self, subject: Subject, target: Target, value: Any) -> bool:
        """Say a column by hand; returns whether that changes what is said."""
        name = target.name
        shown = spoken(subject.records, name) or None
        if value is not FROM_SOURCES and value == shown:
            return False
        if value is FROM_SOURCES and (subject.manual is None or column_told(subject.manual, name) is None):
            return False
        record = self.manual_of(subject)
        before = column_told(record, name)
        rest = spoken(subject.records[1:], name)
        blank = _blank(name)
        if value is FROM_SOURCES or value is None:
            setattr(record, name, blank)
        else:
            setattr(record, name, value)
        is_emptied = value is None and rest not in ("", None, PartyKind.UNKNOWN)
        record.emptied = _packed(emptied(record) - {name} | ({name} if is_emptied else set()))
        self.columns |= {name, "emptied"}
        self._tell(subject, record, name, before, column_told(record, name))
        if name in ADDRESS:
            self._address(subject, record)
        return True

    def own_value(self, subject: Subject, target: Target, value: Any) -> bool:
        """Say a field of the house by hand."""
        assert target.own is not None
        shown = subject.shown_own(target)
        if value is not FROM_SOURCES and value == shown:
            return False
        of_field = target.own.pk
        manual = subject.manual
        if value is FROM_SOURCES and (manual is None or (manual.pk, of_field) not in subject.own):
            return False
        record = self.manual_of(subject)
        place = (record.pk, of_field)
        before = subject.own.get(place)
        others = any((one.pk, of_field) in subject.own for one in subject.records[1:])
        wanted = None if value is FROM_SOURCES or (value is None and not others) else stored_of(target.own.shape, value)
        self.own[place] = wanted
        subject.own.pop(place, None)
        if wanted is not None:
            subject.own[place] = wanted
        shape = target.own.shape
        self._tell(subject, record, target.name, told_to_journal(shape, before), told_to_journal(shape, wanted))
        return True

    def detail(self, subject: Subject, target: Target, value: Any) -> bool:
        """Say an e-mail address or a number by hand: the one shown is removed where it stands, the new one is ours."""
        channel = target.name.removeprefix("detail:")
        shown = subject.shown(target)
        text = value if isinstance(value, str) and value.strip() else None
        if value is FROM_SOURCES or text == shown:
            return False
        if shown is not None:
            self._remove_detail(subject, channel, shown)
        if text is not None:
            record = self.manual_of(subject)
            before = _listed(record, subject, channel)
            reading = reading_of(channel, text, str(spoken(subject.records, "country")), self.timezone)
            row = detail_row(record, channel, checked_detail(channel, text.strip(), reading), self.at)
            same = [one for one in subject.details[record.pk] if (one.channel, one.value) == (channel, row.value)]
            self.gone_details += [one.pk for one in same]
            subject.details[record.pk] = [one for one in subject.details[record.pk] if one not in same] + [row]
            self.new_details.append(row)
            self._tell(subject, record, target.name, before, _listed(record, subject, channel))
        return True

    def _remove_detail(self, subject: Subject, channel: str, value: str) -> None:
        for record in subject.records:
            before = _listed(record, subject, channel)
            for detail in details_in_order(record, subject.details[record.pk]):
                if (detail.channel, detail.value) == (channel, value):
                    detail.removed_at = self.at
                    self.removed_details.append(detail.pk)
            after = _listed(record, subject, channel)
            if before != after:
                self._touch(record)
                self._tell(subject, record, f"detail:{channel}", before, after)

    def _address(self, subject: Subject, record: Record) -> None:
        """The postal detail of the manual record follows the address that is spoken now."""
        stale = [one for one in subject.details[record.pk] if one.channel == Channel.POST]
        self.gone_details += [one.pk for one in stale if not one._state.adding]
        self.new_details = [one for one in self.new_details if one not in stale]
        kept = [one for one in subject.details[record.pk] if one.channel != Channel.POST]
        is_said = any(column_told(record, name) is not None for name in ADDRESS)
        columns = postal_detail(subject.records) if is_said else None
        if columns is not None:
            row = detail_row(record, Channel.POST, columns, self.at)
            self.new_details.append(row)
            kept.append(row)
        subject.details[record.pk] = kept

    def _touch(self, record: Record) -> None:
        if record.pk not in self.touched:
            record.version += 1
            record.updated_at = self.at
            self.touched[record.pk] = record

    def _tell(self, subject: Subject, record: Record, name: str, before: str | None, after: str | None) -> None:
        edit = Edited("record", record.pk, name, before, after, number=record.version, party_id=subject.party_id)
        self.told.append(edit)

    def write(self) -> None:
        """Write every table once, parents first."""
        self._write_records()
        self._write_own()
        ContactDetail.objects.filter(pk__in=self.gone_details).delete()
        ContactDetail.objects.filter(pk__in=self.removed_details).update(removed_at=self.at)
        ContactDetail.objects.bulk_create(self.new_details)
        self._write_owners()
        self._write_tags()

    def _write_owners(self) -> None:
        """End whoever looked after these customers, then begin anew: a record has one open ownership."""
        Ownership.objects.filter(record__in=self.ended_owners, until_at=None).update(until_at=self.at)
        Ownership.objects.bulk_create(
            Ownership(
                record_id=record, user_id=user, user_label=self.owner_labels[user], from_at=self.at,
                origin="person", **self._by,
            )
            for record, user in self.new_owners
        )  # fmt: skip

    def _write_tags(self) -> None:
        by_tag: dict[int, list[int]] = defaultdict(list)
        for record, tag in self.gone_tags:
            by_tag[tag].append(record)
        for tag, records in by_tag.items():
            RecordTag.objects.filter(tag=tag, record__in=records).delete()
        rows = [RecordTag(record_id=record, tag_id=tag, at=self.at, **self._by) for record, tag in self.new_tags]
        RecordTag.objects.bulk_create(rows, ignore_conflicts=True)

    @property
    def _by(self) -> dict[str, str]:
        return {"by_kind": self.by.kind, "by_id": self.by.id, "by_label": self.by.label}

    def _write_records(self) -> None:
        new = self.new_records
        Record.objects.bulk_create(new.values())
        Membership.objects.bulk_create(
            Membership(record=record, party_id=party, from_at=self.at, reason="by_hand", **self._by)
            for party, record in new.items()
        )
        fresh = {record.pk for record in new.values()}
        alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        names = ("version", "updated_at", *sorted(self.columns))
        for record in self.touched.values():
            if record.pk not in fresh:
                alike[tuple(getattr(record, name) for name in names)].append(record.pk)
        for values, ids in alike.items():
            Record.objects.filter(pk__in=ids).update(**dict(zip(names, values, strict=True)))

    def _write_own(self) -> None:
        gone: dict[int, list[int]] = defaultdict(list)
        rows = []
        for (record, of_field), stored in self.own.items():
            if stored is None:
                gone[of_field].append(record)
            else:
                told = {"text": stored.text, "folded": stored.folded, "number": stored.number, "day": stored.day}
                rows.append(OwnValue(record_id=record, field_id=of_field, updated_at=self.at, **told))
        for of_field, records in gone.items():
            OwnValue.objects.filter(field=of_field, record__in=records).delete()
        OwnValue.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["record", "field"],
            update_fields=["text", "folded", "number", "day", "updated_at"],
        )


def column_told(record: Record, name: str) -> str | None:
    """What a manual record says of a column, for the journal: nothing, an empty text by hand, or its value."""
    value = getattr(record, name)
    if value in ("", None, PartyKind.UNKNOWN):
        return as_stored("") if name in emptied(record) else None
    return as_stored(value)


def renew_address(record: Record, at: datetime) -> None:
    """Write the postal detail of a manual record anew from the address that its customer's records speak."""
    membership = Membership.objects.filter(record=record, until_at=None).first()
    if membership is None:
        return
    open_ones = Membership.objects.filter(party=membership.party_id, until_at=None).select_related("record__source")
    ContactDetail.objects.filter(record=record, channel=Channel.POST).delete()
    if all(column_told(record, name) is None for name in ADDRESS):
        return
    columns = postal_detail(in_speaking_order(one.record for one in open_ones))
    if columns is not None:
        detail_row(record, Channel.POST, columns, at).save(force_insert=True)


def _blank(name: str) -> Any:
    return None if name == "customer_since" else PartyKind.UNKNOWN if name == "kind" else ""


def _packed(names: Iterable[str]) -> str:
    listed = sorted(names)
    return f"|{'|'.join(listed)}|" if listed else ""


def _listed(record: Record, subject: Subject, channel: str) -> str | None:
    """The standing details of one channel as the journal spells them: a list, nothing when there are none."""
    own = [one.value for one in details_in_order(record, subject.details[record.pk]) if one.channel == channel]
    return as_stored(own) if own else None
