"""Customers of the file: a record each, with a party of their own or one that the base has already."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fleuve.imports.bulk import chunks, day_value, insert_rows
from fleuve.imports.converting.facts import DetailFact, Fault
from fleuve.imports.models import Match
from fleuve.imports.rules import Matched
from fleuve.imports.writing.above import write_cleared
from fleuve.imports.writing.cards import NewCard
from fleuve.imports.writing.contacts import write_contacts
from fleuve.imports.writing.description import DESCRIBED, description
from fleuve.imports.writing.known import describe_known
from fleuve.imports.writing.own_values import write_own_values
from fleuve.imports.writing.session import Session
from fleuve.kernel.ids import new_ids
from fleuve.parties.models import Membership, Party, Record, Relationship

__all__ = ["write_customers"]

_PARTY = ("id", "kind", "absorbed_into_id", "version", "created_at")
_RECORD = (
    "id", "source_id", "external_id", *DESCRIBED, "special_by", "is_simulated", "import_id", "version", "created_at",
    "updated_at",
)  # fmt: skip
_MEMBERSHIP = ("id", "record_id", "party_id", "from_at", "until_at", "by_kind", "by_id", "by_label", "reason")
_RELATIONSHIP = ("id", "record_id", "role", "stage", "from_at", "until_at", "import_id")
_MATCH = ("id", "of_import_id", "row", "record_id", "own_party_id", "key", "parties", "decided_for", "decided_at",
          "decided_by_label")  # fmt: skip
_NOBODY = Matched()


@dataclass
class _New:
    parties: list[tuple[Any, ...]] = field(default_factory=list)
    records: list[tuple[Any, ...]] = field(default_factory=list)
    memberships: list[tuple[Any, ...]] = field(default_factory=list)
    relationships: list[tuple[Any, ...]] = field(default_factory=list)
    matches: list[tuple[Any, ...]] = field(default_factory=list)


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
    new = _create(session, list(firsts.values()))
    known = describe_known(session, [one for one in others if one.customer in session.records])
    write_contacts(session, new, known)
    write_own_values(session, new, known)
    write_cleared(session)


def _look_up(session: Session, keys: Sequence[str]) -> None:
    for part in chunks(keys):
        found = Record.objects.filter(source_id=session.source_id, external_id__in=part)
        session.records.update(found.values_list("external_id", "id"))


def _create(session: Session, details: Sequence[DetailFact]) -> list[DetailFact]:
    """Insert the customers that are taken; returns their details."""
    matched = session.matcher.find(details, session.contacts) if session.matcher else {}
    taken = [detail for detail in details if _is_taken(session, detail, matched.get(detail.customer, _NOBODY))]
    new = _New()
    ids = iter(new_ids(len(taken) * 5))
    for detail in taken:
        places = (next(ids), next(ids), next(ids), next(ids), next(ids))
        _add(session, new, detail, matched.get(detail.customer, _NOBODY), places)
    insert_rows(Party, _PARTY, new.parties)
    insert_rows(Record, _RECORD, new.records)
    insert_rows(Membership, _MEMBERSHIP, new.memberships)
    insert_rows(Relationship, _RELATIONSHIP, new.relationships)
    insert_rows(Match, _MATCH, new.matches)
    session.counts.matches_open += len(new.matches)
    session.counts.parties_created += len(new.parties)
    session.counts.parties_matched += len(taken) - len(new.parties)
    return taken


def _is_taken(session: Session, detail: DetailFact, matched: Matched) -> bool:
    """Whether a customer whom the source did not have may come in; their row is set aside otherwise."""
    if session.handling.creates or matched.party is not None:
        return True
    code = "customer_ambiguous" if matched.is_ambiguous else "customer_unknown"
    session.faults.append(Fault(detail.row, session.mapping.position("customer_number"), code, detail.customer[:200]))
    return False


def _add(
    session: Session, new: _New, detail: DetailFact, matched: Matched, ids: tuple[int, int, int, int, int]
) -> None:
    own_party, record_id, membership_id, relationship_id, match_id = ids
    now, by = session.now, session.by
    told = description(detail.customer, detail.values)
    values = tuple(day_value(told[name]) if name == "customer_since" else told[name] for name in DESCRIBED)
    session.records[detail.customer] = record_id
    party_id, reason = own_party, "import"
    if matched.party is not None:
        party_id, reason = matched.party, f"import:{matched.key}"
        session.changed_parties.add(party_id)
    else:
        session.new_cards[record_id] = NewCard(own_party, detail.customer, told)
        new.parties.append((own_party, told["kind"], None, 1, now))
    if matched.is_ambiguous:
        choices = json.dumps([str(party) for party in matched.choices])
        new.matches.append((match_id, session.import_id, detail.row, record_id, own_party, matched.key, choices, None,
                            None, ""))  # fmt: skip
    special_by = "detected" if told["special"] else ""
    new.records.append(
        (record_id, session.source_id, detail.customer, *values, special_by, session.is_simulated, session.import_id, 1,
         now, now)
    )  # fmt: skip
    new.memberships.append((membership_id, record_id, party_id, now, None, by.kind, by.id, by.label, reason))
    new.relationships.append((relationship_id, record_id, "customer", "", now, None, session.import_id))
