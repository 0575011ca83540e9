"""Rewrite the *who* half of the list rows of some parties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fleuve.kernel.search_text import fold, fold_together
from fleuve.parties.contacts import spoken_detail
from fleuve.parties.finding import refresh_findable
from fleuve.parties.marking import mark_cards
from fleuve.parties.models import Channel, ContactDetail, Membership, PartyCard, Record, Refusal, Removal
from fleuve.parties.queries import heads_of, open_owners, tags_on
from fleuve.parties.rules import pack_tags
from fleuve.parties.speaking import (
    card_name,
    customer_number,
    in_speaking_order,
    is_manual,
    spoken,
    spoken_special,
)

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
    "contact_text",
    "owner_id",
    "tags",
    "belongs_to",
    "is_removed",
    "updated_at",
]


@dataclass
class _Facts:
    """What the cards of one chunk are made from, each kind of thing read in one query."""

    records: dict[int, list[Record]] = field(default_factory=lambda: defaultdict(list))
    details: dict[int, list[ContactDetail]] = field(default_factory=lambda: defaultdict(list))
    refused_records: set[tuple[int, str]] = field(default_factory=set)
    refused_hashes: set[str] = field(default_factory=set)
    owners: dict[int, int] = field(default_factory=dict)
    tags: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    heads: dict[int, int] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)


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
        mark_cards(chunk, at)
        refresh_findable(chunk, at)
        written += len(cards)
    return written


def _gather(party_ids: Sequence[int]) -> _Facts:
    facts = _Facts()
    open_memberships = Membership.objects.filter(party_id__in=party_ids, until_at__isnull=True)
    for membership in open_memberships.select_related("record__source"):
        facts.records[membership.party_id].append(membership.record)
    for party, records in facts.records.items():
        facts.records[party] = in_speaking_order(records)
    record_ids = [record.pk for records in facts.records.values() for record in records]
    for detail in ContactDetail.objects.filter(record_id__in=record_ids, removed_at=None).order_by("id"):
        facts.details[detail.record_id].append(detail)
    _gather_refusals(facts, record_ids)
    for record, owner in open_owners(record_ids):
        facts.owners[record] = owner
    for record, tag in tags_on(record_ids):
        facts.tags[record].add(tag)
    facts.heads = heads_of(record_ids)
    facts.removed = set(
        Removal.objects.filter(party_id__in=party_ids, until_at=None).values_list("party_id", flat=True)
    )
    return facts


def _gather_refusals(facts: _Facts, record_ids: Sequence[int]) -> None:
    standing = Refusal.objects.filter(withdrawn_at__isnull=True)
    facts.refused_records = set(standing.filter(record_id__in=record_ids).values_list("record_id", "channel"))
    hashes = [detail.identifier_hash for details in facts.details.values() for detail in details if detail.normal]
    for part in range(0, len(hashes), _CHUNK):
        matching = standing.filter(identifier_hash__in=hashes[part : part + _CHUNK])
        facts.refused_hashes.update(matching.values_list("identifier_hash", flat=True))


def _card(party_id: int, facts: _Facts, at: datetime) -> PartyCard:
    records = facts.records[party_id]
    details = [detail for record in records for detail in facts.details[record.pk]]
    refused = {channel: _is_refused(channel, records, details, facts) for channel in Channel.values}
    address = {channel: _address(channel, records, facts) for channel in Channel.values}
    name = card_name(records)
    return PartyCard(
        party_id=party_id,
        name=name,
        name_folded=fold(name)[:240],
        customer_number=customer_number(records, party_id),
        kind=spoken(records, "kind"),
        special=spoken_special(records),
        country=spoken(records, "country"),
        city=spoken(records, "city"),
        email=address["email"],
        phone=address["phone"][:40],
        may_email=bool(address["email"]) and not refused["email"],
        may_phone=bool(address["phone"]) and not refused["phone"],
        may_post=bool(address["post"]) and not refused["post"],
        has_refusal=any(refused.values()),
        is_simulated=any(record.is_simulated for record in records),
        search_text=_search_text(records),
        contact_text=_contact_text(records, details),
        owner_id=next((facts.owners[record.pk] for record in records if record.pk in facts.owners), None),
        tags=pack_tags(tag for record in records for tag in facts.tags.get(record.pk, ())),
        belongs_to=next((facts.heads[record.pk] for record in records if record.pk in facts.heads), None),
        is_removed=party_id in facts.removed,
        updated_at=at,
    )


def _is_refused(channel: str, records: Iterable[Record], details: Iterable[ContactDetail], facts: _Facts) -> bool:
    if any((record.pk, channel) in facts.refused_records for record in records):
        return True
    return any(detail.identifier_hash in facts.refused_hashes for detail in details if detail.channel == channel)


def _address(channel: str, records: Sequence[Record], facts: _Facts) -> str:
    found = spoken_detail(records, facts.details, channel)
    return found.normal if found else ""


def _search_text(records: Sequence[Record]) -> str:
    told = ((one.name, one.first_name, one.last_name, _number(one), one.city) for one in records)
    return fold_together(part for parts in told for part in parts)


def _contact_text(records: Sequence[Record], details: Iterable[ContactDetail]) -> str:
    reached = [detail.normal or detail.value for detail in details if detail.channel != Channel.POST]
    return fold_together([*(one.postcode for one in records), *reached])


def _number(record: Record) -> str:
    """The identifier of a manual record is made, nobody searches it; the one given at its making is searched."""
    return record.external_id if not is_manual(record) or not record.external_id.isdigit() else ""
