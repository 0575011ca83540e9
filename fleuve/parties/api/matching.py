"""Which customers have which keys: some rows at once, each key in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fleuve.accounts.queries import organisation
from fleuve.kernel.principal import Principal
from fleuve.parties.contacts import reading_of
from fleuve.parties.models import ContactDetail, Membership, PartyCard
from fleuve.parties.rules import identifier_hash

__all__ = ["Known", "Token", "known_with", "tokens_of"]

_CHANNELS: Final = ("email", "phone")
_COLUMNS: Final = ("legal_id", "vat_number")
Token = tuple[str, str]


@dataclass
class Known:
    """Who has which key: all of them, and those within reach with their owner."""

    parties: Mapping[Token, set[int]]
    owners: dict[int, int | None] = field(default_factory=dict)

    def within(self, token: Token) -> list[int]:
        """Those within reach who have it."""
        return sorted(party for party in self.parties.get(token, ()) if party in self.owners)


def tokens_of(values: Mapping[str, Any], number: str) -> dict[str, Token]:
    """The keys of one row in the spelling in which they are compared; a faulty address is none."""
    found: dict[str, Token] = {}
    if number:
        found["customer_number"] = ("customer_number", number)
    for key in _COLUMNS:
        if values.get(key):
            found[key] = (key, str(values[key]))
    country, timezone = str(values.get("country") or ""), organisation().timezone
    for key in _CHANNELS:
        if values.get(key):
            reading = reading_of(key, str(values[key]), country, timezone)
            if reading.normal:
                found[key] = (key, identifier_hash(key, reading.normal))
    return found


def known_with(tokens: Iterable[Token], by: Principal) -> Known:
    """Everybody who has one of these keys."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for key, text in tokens:
        wanted[key].append(text)
    found: dict[Token, set[int]] = defaultdict(set)
    if numbers := wanted["customer_number"]:
        rows = PartyCard.objects.filter(customer_number__in=numbers).values_list("customer_number", "pk")
        _add(found, "customer_number", rows)
    for key in _COLUMNS:
        if texts := wanted[key]:
            open_ones = Membership.objects.filter(**{f"record__{key}__in": texts}, until_at=None)
            _add(found, key, open_ones.values_list(f"record__{key}", "party_id"))
    _add_channels(found, wanted)
    parties = {party for holders in found.values() for party in holders}
    seen = PartyCard.objects.visible_to(by).filter(pk__in=parties) if parties else PartyCard.objects.none()
    return Known(found, dict(seen.values_list("pk", "owner_id")))


def _add(found: dict[Token, set[int]], key: str, rows: Iterable[tuple[str, int]]) -> None:
    for text, party in rows:
        found[key, text].add(party)


def _add_channels(found: dict[Token, set[int]], wanted: Mapping[str, Sequence[str]]) -> None:
    channel_of = {digest: key for key in _CHANNELS for digest in wanted.get(key, ())}
    if not channel_of:
        return
    details = ContactDetail.objects.filter(identifier_hash__in=list(channel_of)).values_list(
        "identifier_hash", "record_id"
    )
    records: dict[int, list[str]] = defaultdict(list)
    for digest, record in details:
        records[record].append(digest)
    open_ones = Membership.objects.filter(record__in=list(records), until_at=None).values_list("record_id", "party_id")
    for record, party in open_ones:
        for digest in records[record]:
            found[channel_of[digest], digest].add(party)
