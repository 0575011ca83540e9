"""Who of the base a customer of the file may be, by the keys that a person chose. One query per key and batch.

Only what was there before this import is asked: two customers of one file are never made one by it, and a run that is
resumed finds whom the first attempt found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Dictionary
from typing import Any, Final

from fleuve.imports.bulk import chunks
from fleuve.imports.converting.facts import DetailFact
from fleuve.imports.mapping.fields import Mapping
from fleuve.imports.rules import Handling, Matched, match
from fleuve.imports.writing.cards import CheckedContact
from fleuve.kernel.search_text import fold
from fleuve.parties.models import ContactDetail, Membership, PartyCard, Source

__all__ = ["Matcher", "bare_number", "matcher_of"]

Parties = Dictionary[str, set[int]]  # what was told → the parties of which it holds
_NOTHING: Final[frozenset[int]] = frozenset()


def bare_number(text: str) -> str:
    """A registration or VAT number without the signs that people put between its groups."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


class Matcher:
    """Asks the chosen keys in their order for the customers of a batch."""

    def __init__(self, keys: Sequence[str], import_id: int, *, tells_numbers: bool) -> None:
        self._keys = [key for key in keys if key != "customer_number" or tells_numbers]
        self._import_id = import_id
        self._numbers: dict[str, Parties] = {}  # registration numbers have no index: each column is read once
        self._finders: dict[str, Callable[[Iterable[str]], Parties]] = {
            "customer_number": self._by_external_id,
            "email": self._by_address,
            "phone": self._by_address,
            "legal_id": lambda _told: self._column("legal_id"),
            "vat_number": lambda _told: self._column("vat_number"),
            "name_postcode": self._by_name,
        }

    def find(
        self, details: Sequence[DetailFact], contacts: Dictionary[tuple[str, int], Sequence[CheckedContact]]
    ) -> dict[str, Matched]:
        """Whom the base has for each of these customers, by external id; nobody where nothing is said."""
        told = {key: {one.customer: _told(key, one, contacts) for one in details} for key in self._keys}
        found = {key: self._finders[key]({text for text in texts.values() if text}) for key, texts in told.items()}
        asked = {
            one.customer: {key: found[key].get(told[key][one.customer], _NOTHING) for key in self._keys}
            for one in details
        }
        gone = _removed({party for parties in asked.values() for ids in parties.values() for party in ids})
        return {
            customer: match(self._keys, {key: sorted(ids - gone) for key, ids in parties.items()})
            for customer, parties in asked.items()
        }

    def _by_external_id(self, told: Iterable[str]) -> Parties:
        sources = list(Source.objects.values_list("pk", flat=True))
        found: dict[str, set[int]] = defaultdict(set)
        for part in chunks(sorted(told)):
            rows = self._memberships().filter(record__source_id__in=sources, record__external_id__in=part)
            for number, party in rows.values_list("record__external_id", "party_id"):
                found[number].add(party)
        return found

    def _by_address(self, told: Iterable[str]) -> Parties:
        found: dict[str, set[int]] = defaultdict(set)
        for part in chunks(sorted(told)):
            details = ContactDetail.objects.filter(identifier_hash__in=part, removed_at__isnull=True)
            details = details.exclude(import_id=self._import_id).filter(record__memberships__until_at__isnull=True)
            for digest, party in details.values_list("identifier_hash", "record__memberships__party_id"):
                found[digest].add(party)
        return found

    def _by_name(self, told: Iterable[str]) -> Parties:
        found: dict[str, set[int]] = defaultdict(set)
        names = {text.rpartition("|")[0] for text in told}
        for part in chunks(sorted(names)):
            rows = self._memberships().filter(party__card__name_folded__in=part).exclude(record__postcode="")
            for name, postcode, party in rows.values_list("party__card__name_folded", "record__postcode", "party_id"):
                found[f"{name}|{bare_number(postcode)}"].add(party)
        return found

    def _column(self, name: str) -> Parties:
        if name not in self._numbers:
            found: dict[str, set[int]] = defaultdict(set)
            rows = self._memberships().exclude(**{f"record__{name}": ""})
            for number, party in rows.values_list(f"record__{name}", "party_id").iterator(chunk_size=5000):
                found[bare_number(number)].add(party)
            self._numbers[name] = found
        return self._numbers[name]

    def _memberships(self) -> Any:
        there = Membership.objects.filter(until_at__isnull=True)
        return there.exclude(record__import_id=self._import_id)


def matcher_of(mapping: Mapping, handling: Handling, import_id: int) -> Matcher | None:
    """Who looks for the customers of a file in the base; None when nobody chose to."""
    if not handling.match or mapping.shape == "product":
        return None
    return Matcher(handling.match, import_id, tells_numbers=mapping.has("customer_number"))


def _told(key: str, detail: DetailFact, contacts: Dictionary[tuple[str, int], Sequence[CheckedContact]]) -> str:
    """What a customer of the file says for a key, in the form in which the base is asked; blank for nothing."""
    match key:
        case "customer_number":
            return detail.customer
        case "email" | "phone":
            digests = (one.digest for one in contacts.get((detail.customer, detail.row), ()) if one.channel == key)
            return next(digests, "")
        case "legal_id" | "vat_number":
            return bare_number(detail.values.get(key, ""))
        case _:
            return _name_and_postcode(detail.values)


def _name_and_postcode(values: Dictionary[str, str]) -> str:
    name = values.get("company") or values.get("customer_name") or ""
    name = name or f"{values.get('first_name', '')} {values.get('last_name', '')}".strip()
    postcode = bare_number(values.get("postcode", ""))
    return f"{fold(name)[:240]}|{postcode}" if name and postcode else ""


def _removed(parties: set[int]) -> set[int]:
    """Those of them in the trash: nobody joins a customer that nobody sees."""
    gone: set[int] = set()
    for part in chunks(sorted(parties)):
        cards = PartyCard.objects.filter(pk__in=part, is_removed=True)
        gone.update(cards.values_list("pk", flat=True))
    return gone
