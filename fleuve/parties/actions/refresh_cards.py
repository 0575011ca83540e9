"""Rewrite the *who* half of the list rows of some parties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fleuve.kernel.search_text import fold
from fleuve.parties.models import Channel, ContactDetail, Membership, PartyCard, Record, Refusal

__all__ = ["refresh_cards"]

_CHUNK = 500
_WHO_FIELDS = [
    "name",
    "name_folded",
    "customer_number",
    "kind",
    "special",
    "country",
    "city",
    "email",
    "phone",
    "may_email",
    "may_phone",
    "may_post",
    "has_refusal",
    "is_simulated",
    "search_text",
    "updated_at",
]


@dataclass
class _Facts:
    """What the cards of one chunk are made from, read in four queries."""

    records: dict[int, list[Record]] = field(default_factory=lambda: defaultdict(list))
    details: dict[int, list[ContactDetail]] = field(default_factory=lambda: defaultdict(list))
    refused_records: set[tuple[int, str]] = field(default_factory=set)
    refused_hashes: set[str] = field(default_factory=set)


def refresh_cards(*, party_ids: Sequence[int], at: datetime) -> int:
    """Rebuild name, contact details, refusals and search text of these parties; returns how many cards were written.

    Call it inside the transaction that changed them. A refusal on one record holds for every record that shares the
    address, so callers that record a refusal pass the parties sharing it too (``parties_sharing``).
    """
    written = 0
    for start in range(0, len(party_ids), _CHUNK):
        chunk = party_ids[start : start + _CHUNK]
        facts = _gather(chunk)
        cards = [_card(party, facts, at) for party in chunk if party in facts.records]
        PartyCard.objects.bulk_create(cards, update_conflicts=True, unique_fields=["party"], update_fields=_WHO_FIELDS)
        written += len(cards)
    return written


def _gather(party_ids: Sequence[int]) -> _Facts:
    facts = _Facts()
    open_memberships = Membership.objects.filter(party_id__in=party_ids, until_at__isnull=True)
    for membership in open_memberships.select_related("record").order_by("record_id"):
        facts.records[membership.party_id].append(membership.record)
    record_ids = [record.pk for records in facts.records.values() for record in records]
    for detail in ContactDetail.objects.filter(record_id__in=record_ids).order_by("id"):
        facts.details[detail.record_id].append(detail)
    standing = Refusal.objects.filter(withdrawn_at__isnull=True)
    facts.refused_records = set(standing.filter(record_id__in=record_ids).values_list("record_id", "channel"))
    hashes = [detail.identifier_hash for details in facts.details.values() for detail in details if detail.normal]
    for part in range(0, len(hashes), _CHUNK):
        matching = standing.filter(identifier_hash__in=hashes[part : part + _CHUNK])
        facts.refused_hashes.update(matching.values_list("identifier_hash", flat=True))
    return facts


def _card(party_id: int, facts: _Facts, at: datetime) -> PartyCard:
    records = facts.records[party_id]
    details = [detail for record in records for detail in facts.details[record.pk]]
    first = next((record for record in records if record.name or record.last_name), records[0])
    refused = {channel: _is_refused(channel, records, details, facts) for channel in Channel.values}
    address = {channel: _first_valid(channel, details) for channel in Channel.values}
    name = first.name or f"{first.first_name} {first.last_name}".strip()
    return PartyCard(
        party_id=party_id,
        name=name,
        name_folded=fold(name)[:240],
        customer_number=first.external_id,
        kind=first.kind,
        special=first.special,
        country=first.country,
        city=first.city,
        email=address["email"],
        phone=address["phone"][:40],
        may_email=bool(address["email"]) and not refused["email"],
        may_phone=bool(address["phone"]) and not refused["phone"],
        may_post=bool(address["post"]) and not refused["post"],
        has_refusal=any(refused.values()),
        is_simulated=any(record.is_simulated for record in records),
        search_text=_search_text(records, details),
        updated_at=at,
    )


def _is_refused(channel: str, records: Iterable[Record], details: Iterable[ContactDetail], facts: _Facts) -> bool:
    if any((record.pk, channel) in facts.refused_records for record in records):
        return True
    return any(detail.identifier_hash in facts.refused_hashes for detail in details if detail.channel == channel)


def _first_valid(channel: str, details: Iterable[ContactDetail]) -> str:
    return next((detail.normal for detail in details if detail.channel == channel and detail.normal), "")


def _search_text(records: Iterable[Record], details: Iterable[ContactDetail]) -> str:
    words = [
        part
        for record in records
        for part in (record.name, record.first_name, record.last_name, record.external_id, record.city, record.postcode)
        if part
    ]
    words += [detail.normal or detail.value for detail in details if detail.channel != Channel.POST]
    return fold(" ".join(dict.fromkeys(words)))
