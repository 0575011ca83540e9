"""Values of fields of one's own, weighed by the rule of their column like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fleuve.attributes.errors import WrongValue
from fleuve.changes.rules import Edited
from fleuve.imports.bulk import chunks, update_rows
from fleuve.imports.converting.facts import DetailFact, Fault
from fleuve.imports.mapping.fields import OWN
from fleuve.imports.rules import Rule, judge
from fleuve.imports.writing.above import Above, clear_above, read_above
from fleuve.imports.writing.known import count_verdict, parties_of_records
from fleuve.imports.writing.session import Session
from fleuve.parties.models import OwnField, OwnValue, Record
from fleuve.parties.own_values import OwnStored, read_typed, stored_of, told_to_journal

__all__ = ["own_fields_of", "write_own_values"]

_VALUE: Final = ("text", "folded", "number", "day")
_Place = tuple[int, int]  # record, field


def own_fields_of(names: Sequence[str]) -> dict[str, OwnField]:
    """The fields that these columns stand for; one that was removed meanwhile is not read."""
    ids = [int(name.removeprefix(OWN)) for name in names]
    return {f"{OWN}{one.pk}": one for one in OwnField.objects.filter(pk__in=ids, removed_at__isnull=True)}


@dataclass
class _Batch:
    """What the rows say, what is stored, and what is to be written."""

    stored: dict[_Place, OwnStored] = field(default_factory=dict)
    written: dict[_Place, OwnStored] = field(default_factory=dict)
    old: dict[_Place, OwnStored | None] = field(default_factory=dict)


def write_own_values(session: Session, new: Sequence[DetailFact], known: Sequence[DetailFact]) -> None:
    """Write what these rows say in fields of one's own. A text that does not fit its field is a fault of its cell."""
    if not session.own_fields:
        return
    details = [one for one in (*new, *known) if any(one.values.get(name) for name in session.own_fields)]
    records = sorted({session.records[one.customer] for one in details})
    old_ones = {session.records[one.customer] for one in known}
    batch = _Batch(stored=_stored(records, [one.pk for one in session.own_fields.values()]))
    parties = parties_of_records(records)
    above = _above(session, parties)
    for detail in details:
        record = session.records[detail.customer]
        standing = above.get(parties.get(record, 0))
        for name, own_field in session.own_fields.items():
            if text := detail.values.get(name, ""):
                rule = _rule(session, name, record in old_ones)
                _weigh(session, batch, detail, (record, own_field.pk), _read(session, detail, name, text), rule,
                       standing)  # fmt: skip
    _write(session, batch, parties)


def _rule(session: Session, name: str, is_old: bool) -> Rule:
    return "never" if is_old and not session.handling.updates else session.handling.rule(name)


def _read(session: Session, detail: DetailFact, name: str, text: str) -> OwnStored | None:
    shape = session.own_fields[name].shape
    try:
        value = read_typed(shape, text)
    except WrongValue:
        column = session.mapping.position(name)
        session.faults.append(Fault(detail.row, column, "value_refused", text[:200], sets_aside=False))
        return None
    return None if value is None else stored_of(shape, value)


def _weigh(
    session: Session, batch: _Batch, detail: DetailFact, place: _Place, told: OwnStored | None, rule: Rule,
    standing: _Standing | None,
) -> None:  # fmt: skip
    if told is None:
        return
    typed = standing.own.get(place[1]) if standing else None
    verdict = judge(
        rule, stored=batch.stored.get(place), told=told, above=None if typed is None or typed.is_blank else typed,
        is_first=detail.is_first,
    )  # fmt: skip
    count_verdict(session, verdict)
    if verdict.writes:
        batch.old.setdefault(place, batch.stored.get(place))
        batch.stored[place] = batch.written[place] = told
    if verdict.clears and standing is not None and typed is not None:
        clear_above(session, standing.record, [f"{OWN}{place[1]}"])
        session.changed_parties.add(standing.record.party_id)
        del standing.own[place[1]]


@dataclass
class _Standing:
    """A customer's manual record with the fields of one's own that a person filled in."""

    record: Above
    own: dict[int, OwnStored]


def _above(session: Session, parties: Mapping[int, int]) -> dict[int, _Standing]:
    if not any(session.handling.rule(name) == "win" for name in session.own_fields):
        return {}
    manual = {above.record_id: above for above in read_above(parties.values()).values()}
    own: dict[int, dict[int, OwnStored]] = {record: {} for record in manual}
    for (record, own_field), stored in _stored(sorted(manual), [one.pk for one in session.own_fields.values()]).items():
        own[record][own_field] = stored
    return {above.party_id: _Standing(above, own[record]) for record, above in manual.items()}


def _stored(records: Sequence[int], own_fields: Sequence[int]) -> dict[_Place, OwnStored]:
    found: dict[_Place, OwnStored] = {}
    for part in chunks(records):
        rows = OwnValue.objects.filter(record_id__in=part, field_id__in=own_fields)
        for record, own_field, *values in rows.values_list("record_id", "field_id", *_VALUE):
            found[record, own_field] = OwnStored(*values)
    return found


def _write(session: Session, batch: _Batch, parties: Mapping[int, int]) -> None:
    records = sorted({record for record, _field in batch.written})
    versions: dict[int, tuple[int | None, int]] = {}
    for part in chunks(records):
        rows = Record.objects.filter(pk__in=part).values_list("pk", "import_id", "version")
        versions.update({record: (import_id, version + 1) for record, import_id, version in rows})
    created = {record for record, (import_id, _version) in versions.items() if import_id == session.import_id}
    values = [_row(session, place, stored, place[0] in created) for place, stored in batch.written.items()]
    OwnValue.objects.bulk_create(
        values, update_conflicts=True, unique_fields=["record", "field"], update_fields=[*_VALUE, "updated_at"]
    )
    for (record, own_field), stored in batch.written.items():
        if record not in created:
            name = f"{OWN}{own_field}"
            shape, before = session.own_fields[name].shape, batch.old[record, own_field]
            edit = (told_to_journal(shape, before), told_to_journal(shape, stored), versions[record][1])
            session.tell(Edited("record", record, name, *edit, parties.get(record)))
    stamps: list[tuple[Any, ...]] = [(versions[record][1], session.now, record) for record in records]
    update_rows(Record, ("version", "updated_at"), [row for row in stamps if row[2] not in created])
    session.changed_parties.update(parties[record] for record in records if record in parties and record not in created)


def _row(session: Session, place: _Place, stored: OwnStored, is_created: bool) -> OwnValue:
    record, own_field = place
    return OwnValue(
        record_id=record, field_id=own_field, text=stored.text, folded=stored.folded, number=stored.number,
        day=stored.day, import_id=session.import_id if is_created else None, updated_at=session.at,
    )  # fmt: skip
