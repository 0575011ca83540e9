"""What the tests of rules, matches and conflicts share: lists of customers as files, and a person at the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fleuve.imports.actions import import_file, start_undo
from fleuve.imports.models import Import
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.parties.actions.change_customers import Edit, change_customers
from fleuve.parties.models import Membership, PartyCard, Record

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ALICE = Principal("user", "1", "Alice", "owner")


def listed(
    folder: Path, rows: str, name: str = "customers.csv", head: str = "Customer number;Name;E-mail;City"
) -> Path:
    """A list of customers, as a file."""
    path = folder / name
    path.write_text(f"{head}\n{rows}\n", encoding="utf-8")
    return path


def bring(path: Path, source: str = "Shop", **options: Any) -> Import:
    """Import a file to its end."""
    options.setdefault("answers", {"currency": "EUR"})
    row = import_file(path=path, source=source, takes_proposals=True, by=SYSTEM, at=NOW, **options)
    run_until_idle(queues=("heavy",))
    row.refresh_from_db()
    assert row.state == Import.State.IMPORTED, row.problem
    return row


def undo(row: Import) -> Import:
    """Take it back to its end."""
    start_undo(row=row, by=SYSTEM, at=NOW)
    run_until_idle(queues=("heavy",))
    row.refresh_from_db()
    assert row.state == Import.State.UNDONE
    return row


def party_of(number: str) -> int:
    """The party of the customer with this number."""
    found: int = Membership.objects.get(record__external_id=number, until_at__isnull=True).party_id
    return found


def says(number: str, city: str, *, days: int = 0) -> None:
    """Alice types a city; a blank takes back what she had typed."""
    from fleuve.parties.actions.change_customers import FROM_SOURCES

    value: object = city or FROM_SOURCES
    change_customers(
        edits=[Edit(party_of(number), "city", value)], by=ALICE, at=datetime.now(UTC) + timedelta(days=days)
    )


def shown(number: str) -> str:
    """The city that the list shows."""
    return PartyCard.objects.get(pk=party_of(number)).city


def told(number: str, source: str = "Shop") -> str:
    """The city that the source's record holds."""
    return Record.objects.get(source__name=source, external_id=number).city
