"""List rows of customers that a batch created, made from what is at hand.

``parties.refresh_cards`` reads back what was just written; for a new customer the answer is known: one record, these
details, these refusals. A test holds both to the same result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from fleuve.imports.bulk import chunks, insert_rows
from fleuve.kernel.search_text import fold
from fleuve.parties.models import PartyCard, Refusal

__all__ = ["CheckedContact", "NewCard", "write_new_cards"]

_CHANNELS: Final = ("email", "phone", "post")
_DEFAULTS: Final = {field.attname: field.get_default() for field in PartyCard._meta.concrete_fields}


class CheckedContact(NamedTuple):
    """A contact detail as given, its normal form and digest when it is a valid one, else the code of its fault."""

    channel: str
    value: str
    normal: str
    fault: str
    digest: str


@dataclass
class NewCard:
    """What is known of a customer created in this batch."""

    party_id: int
    external_id: str
    described: dict[str, Any]
    contacts: list[CheckedContact] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)


def write_new_cards(cards: Sequence[NewCard], *, is_simulated: bool, now: Any) -> None:
    """Insert the list rows of these customers."""
    digests = [contact.digest for card in cards for contact in card.contacts if contact.digest]
    refused = _refused(digests)
    insert_rows(PartyCard, tuple(_DEFAULTS), [_row(card, refused, is_simulated, now) for card in cards])


def _refused(digests: Sequence[str]) -> set[str]:
    """Addresses refused anywhere: a refusal holds for every record that shares the address."""
    found: set[str] = set()
    for part in chunks(digests):
        standing = Refusal.objects.filter(withdrawn_at__isnull=True, identifier_hash__in=part)
        found.update(standing.values_list("identifier_hash", flat=True))
    return found


def _row(card: NewCard, refused_digests: set[str], is_simulated: bool, now: Any) -> tuple[Any, ...]:
    told = card.described
    first: dict[str, str] = {}
    refused = set(card.refused)
    for contact in card.contacts:
        if contact.normal:
            first.setdefault(contact.channel, contact.normal)
        if contact.digest in refused_digests:
            refused.add(contact.channel)
    name = told["name"] or f"{told['first_name']} {told['last_name']}".strip()
    values = {
        "party_id": card.party_id,
        "name": name,
        "name_folded": fold(name)[:240],
        "customer_number": card.external_id,
        "kind": told["kind"],
        "special": told["special"],
        "country": told["country"],
        "city": told["city"],
        "email": first.get("email", ""),
        "phone": first.get("phone", "")[:40],
        **{f"may_{channel}": bool(first.get(channel)) and channel not in refused for channel in _CHANNELS},
        "has_refusal": bool(refused),
        "is_simulated": is_simulated,
        "search_text": _search_text(card),
        "contact_text": _contact_text(card),
        "updated_at": now,
    }
    return tuple((_DEFAULTS | values).values())


def _search_text(card: NewCard) -> str:
    told = card.described
    words = (told["name"], told["first_name"], told["last_name"], card.external_id, told["city"])
    return fold(" ".join(dict.fromkeys(word for word in words if word)))


def _contact_text(card: NewCard) -> str:
    reached = [contact.normal or contact.value for contact in card.contacts if contact.channel != "post"]
    return fold(" ".join(dict.fromkeys(word for word in (card.described["postcode"], *reached) if word)))
