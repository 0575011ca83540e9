"""Customers as search finds them: read for the index, loaded through their door.

Two documents each: names, number and town for whoever reads customers; addresses and numbers to reach them only for
whoever may see those, so that nobody finds a person by typing what they may not read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.principal import Principal, sees
from fleuve.parties.models import ContactDetail, Membership, PartyCard, Record
from fleuve.search import Entry, Hit, Kind, mark, refresh, register_kind

__all__ = ["KINDS", "mark_findable", "refresh_findable", "register_kinds"]

KINDS: Final = ("customer", "customer_contact")
_CONTACTS: Final = frozenset({"email", "phone", "post", "street", "postcode"})


def register_kinds() -> None:
    """Have customers found."""
    label = _("Customers")
    register_kind(Kind("customer", label, 10, "read", _load, _read_names, _walk))
    register_kind(Kind("customer_contact", label, 11, "personal", _load_by_contact, _read_contacts, _walk))


def refresh_findable(party_ids: Sequence[int], at: datetime) -> None:
    """Customers changed: their documents follow at once when they are few, soon when they are many."""
    for kind in KINDS:
        refresh(kind, party_ids, at=at)


def mark_findable(party_ids: Sequence[int], at: datetime) -> None:
    """Customers came by the hundred: their documents follow soon."""
    for kind in KINDS:
        mark(kind, party_ids, at=at)


def _load(ids: Sequence[int], principal: Principal) -> Mapping[int, Hit]:
    cards = PartyCard.objects.visible_to(principal).filter(pk__in=ids)
    rows = cards.values_list("pk", "name", "customer_number", "city", "country", "revenue_total")
    return {
        pk: Hit(
            name or number,
            reverse("workspace:customer", args=[pk]),
            " · ".join(part for part in (number if name else "", city, country) if part),
            weight=revenue,
        )
        for pk, name, number, city, country, revenue in rows
    }


def _load_by_contact(ids: Sequence[int], principal: Principal) -> Mapping[int, Hit]:
    return _load(ids, principal) if all(sees(principal, key) for key in _CONTACTS) else {}


def _read_names(ids: Sequence[int]) -> Iterable[Entry]:
    records = _records(ids)
    cards = PartyCard.objects.filter(pk__in=ids, is_removed=False)
    for pk, name, number, city in cards.values_list("pk", "name", "customer_number", "city"):
        of_all = ((one.name, one.first_name, one.last_name, one.city) for one in records[pk])
        told = [part for parts in of_all for part in parts]
        numbers = [record.external_id for record in records[pk]]
        others = [part for part in dict.fromkeys([city, number, *told, *numbers]) if part and part != name]
        yield Entry(pk, name, " ".join(others), party_id=pk)


def _read_contacts(ids: Sequence[int]) -> Iterable[Entry]:
    records = _records(ids)
    of_record: dict[int, list[str]] = defaultdict(list)
    record_ids = [record.pk for found in records.values() for record in found]
    details = ContactDetail.objects.filter(record_id__in=record_ids, removed_at=None).order_by("id")
    for record_id, value, normal in details.values_list("record_id", "value", "normal"):
        of_record[record_id] += [normal or value]
    standing = set(PartyCard.objects.filter(pk__in=ids, is_removed=False).values_list("pk", flat=True))
    for pk in standing:
        streets = [f"{record.street} {record.postcode}" for record in records[pk] if record.street or record.postcode]
        values = [value for record in records[pk] for value in of_record[record.pk]]
        if values or streets:
            yield Entry(pk, "", body=" ".join(dict.fromkeys([*values, *streets])), party_id=pk)


def _records(party_ids: Sequence[int]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    members = Membership.objects.filter(party_id__in=party_ids, until_at__isnull=True).select_related("record")
    for member in members.order_by("record_id"):
        found[member.party_id].append(member.record)
    return found


def _walk(after: int, most: int) -> Sequence[int]:
    cards = PartyCard.objects.filter(pk__gt=after, is_removed=False)
    return list(cards.order_by("pk").values_list("pk", flat=True)[:most])
