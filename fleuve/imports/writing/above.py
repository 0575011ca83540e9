"""What people typed: it stands on a customer's manual record, above what any source says.

A file overwrites none of it, unless a person chose for its column that the file wins. The value is then taken off the
manual record, with its change in the journal: undoing the import puts it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fleuve.changes.rules import Edited
from fleuve.imports.bulk import chunks
from fleuve.imports.rules import is_blank
from fleuve.imports.writing.description import DESCRIBED
from fleuve.imports.writing.session import Session
from fleuve.parties.models import Membership, Record
from fleuve.parties.speaking import MANUAL
from fleuve.parties.writers import WRITERS

__all__ = ["Above", "clear_above", "manual_records", "read_above", "told", "write_cleared"]


@dataclass
class Above:
    """A customer's manual record: what a person typed, by column."""

    record_id: int
    party_id: int
    values: dict[str, Any]


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a record as the journal has them: what says nothing is nothing, whatever a column calls that."""
    return {name: None if is_blank(value) else value for name, value in values.items()}


def read_above(parties: Iterable[int]) -> dict[int, Above]:
    """The manual records of these parties, by party; most have none."""
    found: dict[int, Above] = {}
    for part in chunks(sorted(set(parties))):
        rows = Record.objects.filter(
            source__key=MANUAL, memberships__party_id__in=part, memberships__until_at__isnull=True
        )
        for row in rows.values("id", "memberships__party_id", *DESCRIBED):
            party = row["memberships__party_id"]
            found[party] = Above(row["id"], party, {name: row[name] for name in DESCRIBED})
    return found


def manual_records(parties: Sequence[int]) -> dict[int, int]:
    """The manual record of each of these parties that has one."""
    found: dict[int, int] = {}
    for part in chunks(parties):
        rows = Membership.objects.filter(party_id__in=part, until_at__isnull=True, record__source__key=MANUAL)
        found.update(rows.values_list("party_id", "record_id"))
    return found


def clear_above(session: Session, above: Above, fields: Iterable[str]) -> None:
    """Remember that these fields come off the manual record, so that the file's values show through."""
    session.cleared.setdefault(above.record_id, set()).update(fields)


def write_cleared(session: Session) -> None:
    """Take them off, with every projection of them, and tell the journal: undoing the import puts them back."""
    if not session.cleared:
        return
    writer = WRITERS["record"]
    places = sorted((record, field) for record, fields in session.cleared.items() for field in fields)
    before = writer.stored(places)
    writer.hold(sorted(session.cleared))
    rows = Record.objects.filter(pk__in=list(session.cleared), memberships__until_at__isnull=True)
    told_now = rows.values_list("id", "version", "memberships__party_id")
    now = {record: (version, party) for record, version, party in told_now}
    writer.write([(record, field, None) for record, field in places], at=session.at)
    for record, field in places:
        version, party = now[record]
        session.tell(Edited("record", record, field, before.get((record, field)), None, version, party))
    session.cleared = {}
