"""Reads of parties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from fleuve.changes.models import Change
from fleuve.kernel.principal import Principal
from fleuve.parties.changing.edits import Target
from fleuve.parties.changing.subjects import load_subjects
from fleuve.parties.models import (
    ContactDetail,
    Membership,
    Ownership,
    Party,
    Record,
    RecordTag,
    Refusal,
    Tie,
)
from fleuve.parties.speaking import COLUMNS, in_speaking_order, is_manual, primary_record, spoken, spoken_special

__all__ = [
    "ContactLine",
    "Contacts",
    "Standing",
    "contacts_of",
    "heads_of",
    "living_party",
    "open_owners",
    "parties_sharing",
    "party_of",
    "primary_record_of",
    "records_of",
    "spoken_record",
    "standing_values",
    "tags_on",
]


@dataclass(frozen=True)
class ContactLine:
    """A contact detail as a page shows it: the value, whether it works, and whether its use is refused."""

    channel: str
    value: str
    fault: str
    is_refused: bool
    is_simulated: bool


@dataclass(frozen=True)
class Contacts:
    """Every standing contact detail of some records, and the refusals in force for them, the oldest first.

    A refusal of another record holds here too where both share an address, even one that was removed since.
    """

    lines: tuple[ContactLine, ...]
    refusals: tuple[Refusal, ...]


def records_of(party_id: int, principal: Principal) -> list[Record]:
    """The records that make up a party now: the one on which things hang first, what was said by hand last."""
    ids = Membership.objects.filter(party_id=party_id, until_at__isnull=True).values("record_id")
    records = Record.objects.visible_to(principal).filter(pk__in=ids).select_related("source")
    return sorted(records, key=lambda record: (is_manual(record), record.pk))


def spoken_record(records: Sequence[Record]) -> Record:
    """One record as the customer's records speak together; never saved."""
    primary, ordered = primary_record(records), in_speaking_order(records)
    columns = {name: spoken(ordered, name) for name in COLUMNS}
    return Record(
        pk=primary.pk,
        source=primary.source,
        external_id=primary.external_id,
        special=spoken_special(ordered),
        **columns,
    )


def party_of(record_id: int) -> int | None:
    """The party that a record belongs to now."""
    return Membership.objects.filter(record_id=record_id, until_at__isnull=True).values_list("party", flat=True).first()


def contacts_of(records: Iterable[Record]) -> Contacts:
    """How these records may be reached, and what refuses it: in two questions, for any number of records."""
    ids = [record.pk for record in records]
    details = list(ContactDetail.objects.filter(record_id__in=ids).order_by("channel", "id"))
    hashes = {detail.identifier_hash for detail in details if detail.identifier_hash}
    standing = Refusal.objects.filter(withdrawn_at__isnull=True)
    # The addresses are named: both databases take an index for each side of this *or*, but not around a subquery.
    refusals = standing.filter(Q(record_id__in=ids) | Q(identifier_hash__in=hashes)).order_by("at", "id")
    return Contacts(tuple(_lines([one for one in details if one.removed_at is None], refusals)), tuple(refusals))


def _lines(details: Iterable[ContactDetail], refusals: Iterable[Refusal]) -> Iterator[ContactLine]:
    channels = {(refusal.record_id, refusal.channel) for refusal in refusals}
    hashes = {refusal.identifier_hash for refusal in refusals if refusal.identifier_hash}
    for detail in details:
        yield ContactLine(
            channel=detail.channel,
            value=detail.value,
            fault=detail.fault,
            is_refused=(detail.record_id, detail.channel) in channels or detail.identifier_hash in hashes,
            is_simulated=detail.is_simulated,
        )


def parties_sharing(identifier_hashes: Iterable[str]) -> list[int]:
    """Parties of which a record holds one of these addresses."""
    wanted = [digest for digest in identifier_hashes if digest]
    records = ContactDetail.objects.filter(identifier_hash__in=wanted).values("record_id")
    open_memberships = Membership.objects.filter(record_id__in=records, until_at__isnull=True)
    return sorted(set(open_memberships.values_list("party_id", flat=True)))


def living_party(party_id: int, principal: Principal) -> Party | None:
    """The party of this id, or the one that absorbed it; ``None`` when unknown or not visible."""
    party = Party.objects.visible_to(principal).filter(pk=party_id).first()
    while party is not None and party.absorbed_into_id is not None:
        party = Party.objects.visible_to(principal).filter(pk=party.absorbed_into_id).first()
    return party


def open_owners(record_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Record and user of the ownerships that hold now, the newest last."""
    standing = Ownership.objects.filter(record_id__in=list(record_ids), until_at=None)
    return list(standing.order_by("from_at", "id").values_list("record_id", "user_id"))


def tags_on(record_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Record and tag of every tag that stands; tags in the trash are on nobody meanwhile."""
    standing = RecordTag.objects.filter(record_id__in=list(record_ids), tag__removed_at=None)
    return list(standing.values_list("record_id", "tag_id"))


def heads_of(record_ids: Iterable[int]) -> dict[int, int]:
    """The party at the head of each record's household or group, by its newest standing tie; a head is its own."""
    wanted = list(record_ids)
    kinds = (Tie.Kind.HOUSEHOLD, Tie.Kind.GROUP_OF)
    ties = Tie.objects.filter(kind__in=kinds, until_on=None, removed_at=None)
    heads = ties.filter(to_record_id__in=wanted).values_list("to_record_id", flat=True)
    found = {head: head for head in heads}
    found.update(ties.filter(from_record_id__in=wanted).order_by("id").values_list("from_record_id", "to_record_id"))
    open_ones = Membership.objects.filter(record_id__in=set(found.values()), until_at__isnull=True)
    of_record = dict(open_ones.values_list("record_id", "party_id"))
    return {record: of_record[head] for record, head in found.items() if head in of_record}


@dataclass(frozen=True)
class Standing:
    """What a customer's form would show now, from which version, and who changed it last."""

    version: int
    values: Mapping[str, Any]
    changed_by: str


def standing_values(party_id: int, targets: Mapping[str, Target]) -> Standing:
    """The typed values of these attributes as they stand; the caller let the principal see the customer."""
    subject = load_subjects([party_id], targets.values())[party_id]
    newest = Change.objects.filter(party_id=party_id).order_by("-id").values_list("actor_label", flat=True).first()
    return Standing(subject.version, {key: subject.shown(target) for key, target in targets.items()}, newest or "")


def primary_record_of(party_id: int) -> Record | None:
    """The record on which what is done to a customer hangs; the caller let the principal see the customer."""
    open_ones = Membership.objects.filter(party=party_id, until_at__isnull=True).select_related("record__source")
    records = [one.record for one in open_ones]
    return primary_record(records) if records else None
