"""The shared cast: Alice owns the workspace, Sam and Sue sell in the North, Cléo in the South, Ray reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fleuve.kernel.principal import Principal
from fleuve.parties.actions import refresh_cards
from fleuve.parties.models import ContactDetail, Membership, Ownership, Party, PartyCard, Record, Source
from fleuve.parties.rules import identifier_hash, read_email

__all__ = ["ALICE", "CLEO", "LATER", "MAX", "NOW", "RAY", "SAM", "SUE", "card", "customer", "later"]

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ALICE = Principal("user", "1", "Alice", "owner")
SAM = Principal("user", "11", "Sam", "seller", colleagues=frozenset({11, 12, 14}))
SUE = Principal("user", "12", "Sue", "seller", colleagues=frozenset({11, 12, 14}))
CLEO = Principal("user", "13", "Cléo", "seller", colleagues=frozenset({13}))
MAX = Principal("user", "14", "Max", "manager", colleagues=frozenset({11, 12, 14}))
RAY = Principal("user", "15", "Ray", "reader")


def later(minutes: int) -> datetime:
    """So many minutes after the story begins."""
    return NOW + timedelta(minutes=minutes)


def customer(number: str = "17", *, email: str = "", owner: Principal | None = None, **columns: Any) -> int:
    """A customer as the shop's file would bring them; returns the party."""
    source, _ = Source.objects.get_or_create(key="shop", defaults={"name": "Shop", "created_at": NOW})
    party = Party.objects.create(created_at=NOW)
    told = {"name": "Jean Li", "city": "Lyon", "country": "France", **columns}
    record = Record.objects.create(source=source, external_id=number, created_at=NOW, updated_at=NOW, **told)
    Membership.objects.create(record=record, party=party, from_at=NOW, reason="import", by_kind="system")
    if email:
        normal = read_email(email).normal
        ContactDetail.objects.create(
            record=record, channel="email", value=email, normal=normal,
            identifier_hash=identifier_hash("email", normal), created_at=NOW,
        )  # fmt: skip
    if owner is not None:
        Ownership.objects.create(record=record, user_id=int(owner.id), user_label=owner.label, from_at=NOW)
    refresh_cards(party_ids=[party.pk], at=NOW)
    return int(party.pk)


def card(party_id: int) -> PartyCard:
    """The list row as it is stored now."""
    found: PartyCard = PartyCard.objects.get(pk=party_id)
    return found
