"""Customers of the file: a party and a record each, their contact details and refusals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fleuve.imports.bulk import chunks, day_value, insert_rows, update_rows
from fleuve.imports.converting.facts import DetailFact
from fleuve.imports.writing.cards import NewCard
from fleuve.imports.writing.contacts import write_contacts
from fleuve.imports.writing.description import DESCRIBED, description
from fleuve.imports.writing.session import Session, different
from fleuve.kernel.ids import new_ids
from fleuve.parties.models import Membership, Party, Record, Relationship

__all__ = ["write_customers"]

_RECORD = (
    "id", "source_id", "external_id", *DESCRIBED, "special_by", "is_simulated", "import_id", "version", "created_at",
    "updated_at",
)  # fmt: skip
_MEMBERSHIP = ("id", "record_id", "party_id", "from_at", "until_at", "by_kind", "by_id", "by_label", "reason")
_RELATIONSHIP = ("id", "record_id", "role", "stage", "from_at", "until_at", "import_id")


@dataclass
class _New:
    parties: list[tuple[Any, ...]] = field(default_factory=list)
    records: list[tuple[Any, ...]] = field(default_factory=list)
    memberships: list[tuple[Any, ...]] = field(default_factory=list)
    relationships: list[tuple[Any, ...]] = field(default_factory=list)


def write_customers(session: Session, details: Sequence[DetailFact], customers: set[str]) -> None:
    """Create the customers met for the first time and take what the rows newly say of the others."""
    if not session.is_first:
        met = customers | {detail.customer for detail in details}
        _look_up(session, [key for key in met if key not in session.records])
    firsts: dict[str, DetailFact] = {}
    others: list[DetailFact] = []
    for detail in details:
        if detail.customer in session.records or detail.customer in firsts:
            others.append(detail)
        else:
            firsts[detail.customer] = detail
    missing = {key for key in customers if key not in session.records and key not in firsts}
    firsts.update({key: DetailFact(0, key, {}, is_first=True) for key in sorted(missing)})
    _create(session, list(firsts.values()))
    known = _describe_known(session, others)
    write_contacts(session, list(firsts.values()), known)


def _look_up(session: Session, keys: Sequence[str]) -> None:
    for part in chunks(keys):
        found = Record.objects.filter(source_id=session.source_id, external_id__in=part)
        session.records.update(found.values_list("external_id", "id"))


def _create(session: Session, details: Sequence[DetailFact]) -> None:
    new = _New()
    ids = iter(new_ids(len(details) * 4))
    for detail in details:
        _add(session, new, detail, (next(ids), next(ids), next(ids), next(ids)))
    insert_rows(Party, ("id", "kind", "absorbed_into_id", "created_at"), new.parties)
    insert_rows(Record, _RECORD, new.records)
    insert_rows(Membership, _MEMBERSHIP, new.memberships)
    insert_rows(Relationship, _RELATIONSHIP, new.relationships)
    session.counts.parties_created += len(details)


def _add(session: Session, new: _New, detail: DetailFact, ids: tuple[int, int, int, int]) -> None:
    party_id, record_id, membership_id, relationship_id = ids
    now, by = session.now, session.by
    told = description(detail.customer, detail.values)
    since = told["customer_since"]
    values = tuple(day_value(since) if name == "customer_since" else told[name] for name in DESCRIBED)
    session.records[detail.customer] = record_id
    session.new_cards[record_id] = NewCard(party_id, detail.customer, told)
    new.parties.append((party_id, told["kind"], None, now))
    special_by = "detected" if told["special"] else ""
    new.records.append(
        (record_id, session.source_id, detail.customer, *values, special_by, session.is_simulated, session.import_id, 1,
         now, now)
    )  # fmt: skip
    new.memberships.append((membership_id, record_id, party_id, now, None, by.kind, by.id, by.label, "import"))
    new.relationships.append((relationship_id, record_id, "customer", "", now, None, session.import_id))


def _describe_known(session: Session, details: Sequence[DetailFact]) -> list[DetailFact]:
    """Compare what is said with what is stored. The first row of a file decides; later ones only fill blanks."""
    known = [detail for detail in details if detail.values]
    ids = sorted({session.records[detail.customer] for detail in known})
    stored: dict[int, dict[str, Any]] = {}
    for part in chunks(ids):
        names = ("id", "import_id", "special_by", "version", *DESCRIBED)
        stored.update({row["id"]: row for row in Record.objects.filter(id__in=part).values(*names)})
    touched: dict[int, dict[str, Any]] = {}
    for detail in known:
        row = stored[session.records[detail.customer]]
        changed = _changes(row, detail)
        if changed:
            touched.setdefault(row["id"], {name: row[name] for name in DESCRIBED})
            row.update(changed)
    _update(session, stored, touched)
    return known


def _changes(row: dict[str, Any], detail: DetailFact) -> dict[str, Any]:
    told = description(detail.customer, detail.values)
    names = [name for name in DESCRIBED if told[name] and (detail.is_first or not row[name] or row[name] == "unknown")]
    if row["special_by"] == "person":
        names = [name for name in names if name != "special"]
    if not any(detail.values.get(name) for name in ("customer_name", "company", "last_name", "first_name")):
        names = [name for name in names if name not in ("name", "kind")]
    return different(row, told, names)


def _update(session: Session, stored: dict[int, dict[str, Any]], touched: dict[int, dict[str, Any]]) -> None:
    updates = []
    for record_id, before in touched.items():
        row = stored[record_id]
        changed = different(before, row, DESCRIBED)
        if row["import_id"] != session.import_id:
            session.change(Record, record_id, {name: before[name] for name in changed}, changed)
        values = tuple(day_value(row[name]) if name == "customer_since" else row[name] for name in DESCRIBED)
        updates.append((*values, row["version"] + 1, session.now, record_id))
    update_rows(Record, (*DESCRIBED, "version", "updated_at"), updates)
    session.counts.parties_changed += len(updates)
    session.changed_parties.update(_parties_of(list(touched)))


def _parties_of(records: Sequence[int]) -> set[int]:
    parties: set[int] = set()
    for part in chunks(records):
        open_ones = Membership.objects.filter(record_id__in=part, until_at__isnull=True)
        parties.update(open_ones.values_list("party_id", flat=True))
    return parties
