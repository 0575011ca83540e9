"""What the writers of one import share: who, when, which source, and what the import has met so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fleuve.changes.actions import changed
from fleuve.changes.rules import Edited, Origin, as_stored
from fleuve.imports.bulk import moment_value
from fleuve.imports.converting.facts import Fault
from fleuve.imports.mapping.fields import Mapping
from fleuve.imports.rules import Handling
from fleuve.imports.writing.cards import CheckedContact, NewCard
from fleuve.imports.writing.matching import Matcher
from fleuve.kernel.principal import Principal
from fleuve.parties.models import OwnField

__all__ = ["Counts", "Session", "different"]


@dataclass
class Counts:
    """What an import did; stored in the checkpoint, shown at the end."""

    rows: int = 0
    lines: int = 0
    lines_created: int = 0
    lines_changed: int = 0
    purchases_created: int = 0
    parties_created: int = 0
    parties_changed: int = 0
    parties_matched: int = 0
    matches_open: int = 0
    products_created: int = 0
    products_changed: int = 0
    interactions: int = 0
    values_filled: int = 0
    values_updated: int = 0
    values_won: int = 0
    values_below: int = 0
    values_left: int = 0
    contact_details: int = 0
    contact_faults: int = 0
    refusals: int = 0
    set_aside: int = 0
    totals: int = 0


@dataclass
class Session:
    """One import under way. Ids of what was met are kept, so that each is looked up once."""

    import_id: int
    source_id: int
    mapping: Mapping
    handling: Handling
    by: Principal
    at: datetime
    now: Any = None  # the time of the batch, as the database stores it
    country: str = ""  # ISO code for phone numbers without an international prefix
    is_simulated: bool = False
    is_first: bool = False  # the source had nothing before and this is no resume: nothing to look up
    counts: Counts = field(default_factory=Counts)
    records: dict[str, int] = field(default_factory=dict)  # external id → record
    products: dict[str, int] = field(default_factory=dict)  # code → product
    purchases: dict[str, int] = field(default_factory=dict)  # number → purchase
    contacts: dict[tuple[str, int], list[CheckedContact]] = field(default_factory=dict)  # checked ahead, by detail
    new_cards: dict[int, NewCard] = field(default_factory=dict)  # record → the list row of a customer of this batch
    changed_parties: set[int] = field(default_factory=set)
    changed_months: set[int] = field(default_factory=set)
    cleared: dict[int, set[str]] = field(default_factory=dict)  # manual record → fields in which the file wins
    own_fields: dict[str, OwnField] = field(default_factory=dict)  # those with a column, by the column's field
    matcher: Matcher | None = None  # None: nobody chose keys to match by
    # Found while writing (whom nobody knows, for one); written with the batch of rows: a resumed run repeats none.
    faults: list[Fault] = field(default_factory=list)
    _edits: list[Edited] = field(default_factory=list)

    def change(
        self,
        kind: str,
        subject_id: int,
        before: dict[str, Any],
        after: dict[str, Any],
        *,
        number: int = 0,
        party_id: int | None = None,
    ) -> None:
        """Remember what is overwritten, for the journal; ``after`` has the columns that change."""
        self._edits += [
            Edited(kind, subject_id, name, as_stored(before[name]), as_stored(value), number, party_id)
            for name, value in after.items()
        ]

    def tell(self, edit: Edited) -> None:
        """Remember a change as the journal spells it."""
        self._edits.append(edit)

    def write_changes(self) -> None:
        """Journal what is remembered, in the transaction that makes it."""
        changed(self._edits, origin=Origin("import", self.import_id), by=self.by, at=self.at)
        self._edits = []

    def start_batch(self, at: datetime) -> None:
        """Forget what belonged to the batch before."""
        self.at, self.now = at, moment_value(at)
        self.new_cards = {}
        self.changed_parties = set()
        self.changed_months = set()
        self._edits = []


def different(before: dict[str, Any], after: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The values of ``after`` that differ from ``before``."""
    return {name: after[name] for name in names if before[name] != after[name]}
