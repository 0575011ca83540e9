"""What the writers of one import share: who, when, which source, and what the import has met so far."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models

from fleuve.imports.bulk import insert_rows, moment_value
from fleuve.imports.models import ImportChange
from fleuve.imports.writing.cards import CheckedContact, NewCard
from fleuve.kernel.ids import new_ids
from fleuve.kernel.principal import Principal

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
    products_created: int = 0
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
    _changes: list[tuple[str, int, dict[str, Any], dict[str, Any]]] = field(default_factory=list)

    def change(self, model: type[models.Model], row_id: int, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Remember what is overwritten, for undo."""
        self._changes.append((model._meta.db_table, row_id, before, after))

    def write_changes(self) -> None:
        """Insert the remembered changes, in the transaction that makes them."""
        rows = [
            (change_id, self.import_id, table, row_id, _json(before), _json(after))
            for change_id, (table, row_id, before, after) in zip(
                new_ids(len(self._changes)), self._changes, strict=True
            )
        ]
        insert_rows(ImportChange, ("id", "of_import_id", "table", "row_id", "before", "after"), rows)
        self._changes.clear()

    def start_batch(self, at: datetime) -> None:
        """Forget what belonged to the batch before."""
        self.at, self.now = at, moment_value(at)
        self.new_cards = {}
        self.changed_parties = set()
        self.changed_months = set()
        self._changes = []


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, default=_exact)


def _exact(value: date | datetime) -> str:
    """To the microsecond: an undo restores what was there, not what is nearly so."""
    return value.isoformat()


def different(before: dict[str, Any], after: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The values of ``after`` that differ from ``before``."""
    return {name: after[name] for name in names if before[name] != after[name]}
