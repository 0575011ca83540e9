"""What people typed: it stands on a customer's manual record, above what any source says.

A file overwrites none of it, unless a person chose for its column that the file wins. The value is then taken off the
manual record, with its change in the journal: undoing the import puts it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fleuve.imports.bulk import chunks
from fleuve.imports.rules import is_blank
from fleuve.imports.writing.description import DESCRIBED
from fleuve.imports.writing.session import Session
from fleuve.parties.models import Record
from fleuve.parties.speaking import MANUAL

__all__ = ["Above", "blank_of", "clear_above", "read_above", "told"]


@dataclass
class Above:
    """A customer's manual record: what a person typed, by column."""

    record_id: int
    party_id: int
    version: int
    values: dict[str, Any]


def blank_of(column: str) -> Any:
    """What a column of a record holds when nobody said anything."""
    return None if column == "customer_since" else "unknown" if column == "kind" else ""


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
        for row in rows.values("id", "version", "memberships__party_id", *DESCRIBED):
            party = row["memberships__party_id"]
            found[party] = Above(row["id"], party, row["version"], {name: row[name] for name in DESCRIBED})
    return found


def clear_above(session: Session, above: Above, columns: Sequence[str]) -> None:
    """Take these columns off the manual record; the file's values show through."""
    after = {name: blank_of(name) for name in columns}
    above.version += 1
    Record.objects.filter(pk=above.record_id).update(**after, version=above.version, updated_at=session.at)
    session.change("record", above.record_id, told(above.values), told(after), number=above.version, party_id=above.party_id)
    above.values.update(after)
