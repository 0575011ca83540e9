"""Customers as search finds them: read for the index, loaded through their door.

Two documents each: names, number and town for whoever reads customers; addresses and numbers to reach them only for
whoever may see those, so that nobody finds a person by typing what they may not read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import FilteredRelation, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.principal import Principal, sees
from fleuve.parties.models import PartyCard
from fleuve.search import Entry, Hit, Kind, mark, refresh, register_kind
from fleuve.search.rules import document_text

__all__ = ["KINDS", "mark_findable", "refresh_findable", "register_kinds"]

KINDS: Final = ("customer", "customer_contact")
_RECORD: Final = "party__memberships__record"
_OWN: Final = ("name", "first_name", "last_name", "city", "external_id")
_NAMED: Final = ("pk", "name", "customer_number", "city", *(f"{_RECORD}__{column}" for column in _OWN))
_REACHED: Final = ("pk", f"{_RECORD}__street", f"{_RECORD}__postcode", "detail__value", "detail__normal")
_HINTED: Final = ("pk", "name", "customer_number", "city", "country", "revenue_total")
# What a rule may close of a customer's first document and its hint, and the columns that say it; name and number cannot
# be closed.
_CLOSABLE: Final = {"city": {"city", f"{_RECORD}__city"}, "country": {"country"}}
_CONTACTS: Final = frozenset({"email", "phone", "post", "street", "postcode"})


def register_kinds() -> None:
    """Have customers found."""
    label = _("Customers")
    register_kind(Kind("customer", label, 10, "read", _load, _read_names, _walk, _open_names))
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
    rows = _blanked(cards.values_list(*_HINTED), _HINTED, _closed_to(principal))
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


def _closed_to(principal: Principal) -> frozenset[str]:
    """The columns that a rule closes to the principal."""
    return frozenset(column for key, columns in _CLOSABLE.items() if key in principal.hidden for column in columns)


def _blanked(rows: Iterable[tuple[Any, ...]], columns: Sequence[str], closed: frozenset[str]) -> Iterable[Any]:
    if closed.isdisjoint(columns):
        return rows
    return (["" if name in closed else value for name, value in zip(columns, row, strict=True)] for row in rows)


def _open_names(ids: Sequence[int], principal: Principal) -> Mapping[int, str] | None:
    closed = _closed_to(principal)
    if closed.isdisjoint(_NAMED):
        return None
    return {one.subject_id: document_text("customer", one.title, one.names) for one in _entries(ids, closed)}


def _read_names(ids: Sequence[int]) -> Iterable[Entry]:
    return _entries(ids, frozenset())


def _entries(ids: Sequence[int], closed: frozenset[str]) -> Iterator[Entry]:
    """The first documents of these customers without what closed columns say."""
    cards: dict[int, tuple[str, list[str]]] = {}
    rows = _members(ids).values_list(*_NAMED)
    for pk, name, number, city, *told, own_number in _blanked(rows, _NAMED, closed):
        others = cards.setdefault(pk, (name, [city, number]))[1]
        others += (*told, own_number)
    for pk, (name, others) in cards.items():
        yield Entry(pk, name, " ".join(part for part in dict.fromkeys(others) if part and part != name), party_id=pk)


def _read_contacts(ids: Sequence[int]) -> Iterable[Entry]:
    streets: dict[int, dict[str, None]] = defaultdict(dict)
    values: dict[int, dict[str, None]] = defaultdict(dict)
    details = FilteredRelation(
        f"{_RECORD}__contact_details", condition=Q(**{f"{_RECORD}__contact_details__removed_at": None})
    )
    rows = _members(ids).annotate(detail=details).order_by(f"{_RECORD}__pk", "detail__pk")
    for pk, street, postcode, value, normal in rows.values_list(*_REACHED):
        if street or postcode:
            streets[pk][f"{street} {postcode}"] = None
        if value:
            values[pk][normal or value] = None
    for pk in dict.fromkeys((*values, *streets)):
        yield Entry(pk, "", body=" ".join((*values[pk], *streets[pk])), party_id=pk)


def _members(party_ids: Sequence[int]) -> QuerySet[PartyCard]:
    """The list rows of these parties beside each of their records, the oldest first.

    Columns are read and not objects, in one statement: an index made anew asks for a million of them.
    """
    cards = PartyCard.objects.filter(pk__in=party_ids, is_removed=False, party__memberships__until_at__isnull=True)
    return cards.order_by(f"{_RECORD}__pk")


def _walk(after: int, most: int) -> Sequence[int]:
    cards = PartyCard.objects.filter(pk__gt=after, is_removed=False)
    return list(cards.order_by("pk").values_list("pk", flat=True)[:most])
