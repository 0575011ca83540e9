"""Customers as they are while they are being changed: their records in speaking order, values, details."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fleuve.parties.changing.edits import Target
from fleuve.parties.contacts import spoken_detail
from fleuve.parties.models import ContactDetail, Membership, OwnValue, Party, PartyCard, Record, RecordTag
from fleuve.parties.own_values import OwnStored, typed_of
from fleuve.parties.speaking import in_speaking_order, is_manual, primary_record, spoken

__all__ = ["Subject", "load_subjects"]


@dataclass
class Subject:
    """One customer under change; ``version`` is the one that this change gives it."""

    party_id: int
    version: int
    owner_id: int | None = None
    records: list[Record] = field(default_factory=list)
    own: dict[tuple[int, int], OwnStored] = field(default_factory=dict)
    details: dict[int, list[ContactDetail]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[int, set[int]] = field(default_factory=dict)

    @property
    def manual(self) -> Record | None:
        """The record of what was said by hand, once there is one."""
        return self.records[0] if self.records and is_manual(self.records[0]) else None

    @property
    def primary(self) -> Record:
        """The record on which owners, tags and ties hang."""
        return primary_record(self.records)

    def shown(self, target: Target) -> Any:
        """What people see of this attribute now, typed."""
        match target.place:
            case "column":
                return spoken(self.records, target.name) or None
            case "detail":
                found = spoken_detail(self.records, self.details, target.name.removeprefix("detail:"))
                return found.value if found else None
            case "owner":
                return self.owner_id
            case "tags":
                return tuple(sorted(self.tags))
        return self.shown_own(target)

    def shown_own(self, target: Target) -> Any:
        """What people see of a field of the house."""
        if target.own is None:
            return None
        for record in self.records:
            stored = self.own.get((record.pk, target.own.pk))
            if stored is not None:
                return typed_of(target.own.shape, stored)
        return None


def load_subjects(party_ids: Sequence[int], targets: Iterable[Target]) -> dict[int, Subject]:
    """The customers with all that these targets ask for, each kind of thing in one query."""
    wanted = list(targets)
    places = {target.place for target in wanted}
    found = {
        party: Subject(party, version)
        for party, version in Party.objects.filter(pk__in=party_ids).values_list("pk", "version")
    }
    for party, owner in PartyCard.objects.filter(pk__in=party_ids).values_list("pk", "owner_id"):
        found[party].owner_id = owner
    of_record = _add_records(found)
    if "own" in places:
        _add_own(of_record, [target.own.pk for target in wanted if target.own is not None])
    if "detail" in places or any(target.place == "column" for target in wanted):
        for detail in ContactDetail.objects.filter(record__in=list(of_record)).order_by("id"):
            of_record[detail.record_id].details[detail.record_id].append(detail)
    if "tags" in places:
        for record, tag in RecordTag.objects.filter(record__in=list(of_record)).values_list("record_id", "tag_id"):
            of_record[record].tags.setdefault(tag, set()).add(record)
    return found


def _add_records(subjects: dict[int, Subject]) -> dict[int, Subject]:
    open_ones = Membership.objects.filter(party_id__in=list(subjects), until_at__isnull=True)
    for membership in open_ones.select_related("record__source"):
        subjects[membership.party_id].records.append(membership.record)
    of_record: dict[int, Subject] = {}
    for subject in subjects.values():
        subject.records = in_speaking_order(subject.records)
        of_record.update({record.pk: subject for record in subject.records})
    return of_record


def _add_own(of_record: dict[int, Subject], fields: Sequence[int]) -> None:
    values = OwnValue.objects.filter(record__in=list(of_record), field__in=fields)
    for record, of_field, text, folded, number, day in values.values_list(
        "record_id", "field_id", "text", "folded", "number", "day"
    ):
        of_record[record].own[record, of_field] = OwnStored(text, folded, number, day)
