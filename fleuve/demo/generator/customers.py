"""Rows of people: records, contact details, refusals, owners, tags, and the list row that follows from them.

The list row is made here from what is at hand, as an import does; a test holds it equal to ``parties.refresh_cards``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from fleuve.demo.generator.house import COLLEAGUES, HOUSE, House
from fleuve.demo.generator.people import Someone, people
from fleuve.demo.generator.recipe import IntArray
from fleuve.demo.generator.tables import Rows
from fleuve.kernel.search_text import fold, fold_together
from fleuve.parties.models import (
    ContactDetail,
    Membership,
    Ownership,
    Party,
    PartyCard,
    Record,
    RecordTag,
    Refusal,
)
from fleuve.parties.rules import identifier_hash, read_post

__all__ = ["customers"]

_OWNED: Final = 0.9
_TAGGED: Final = 0.25
_MOST_TAGS: Final = 3
_NONE: Final = -1


@dataclass(frozen=True)
class _Detail:
    """A contact detail as it is stored."""

    channel: str
    value: str
    normal: str
    digest: str


def customers(house: House, tags: IntArray, heads: dict[int, int]) -> Iterator[Rows]:
    """Everybody, block by block; ``heads`` says to whose household or group a customer belongs, by place."""
    start = 0
    for part, block in enumerate(people(house.recipe)):
        yield from _Block(house, part, start, block, tags, heads).rows()
        start += len(block)


class _Block:
    """Some people, one after the other in the order of their numbers."""

    def __init__(
        self, house: House, part: int, start: int, block: list[Someone], tags: IntArray, heads: dict[int, int]
    ) -> None:
        self.house, self.block, self.tags, self.heads, self.start = house, block, tags, heads, start
        self.parties = house.parties[start : start + len(block)]
        self.records = house.records[start : start + len(block)]
        rng = house.recipe.rng("desk", part)
        owned = rng.random(len(block)) < _OWNED
        self.owner: list[int] = np.where(owned, rng.integers(0, len(COLLEAGUES), len(block)), _NONE).tolist()
        self.tagged = _tagged(rng, len(block), tags)
        self.details = [_details(someone) for someone in block]

    def rows(self) -> Iterator[Rows]:
        yield self._parties()
        yield self._records()
        yield self._memberships()
        yield self._contact_details()
        yield self._refusals()
        yield self._ownerships()
        yield self._record_tags()
        yield self._cards()

    def _parties(self) -> Rows:
        told = {"id": self.parties, "kind": self._each("kind"), "created_at": self.house.at}
        return Rows(Party, len(self.block), told)

    def _records(self) -> Rows:
        plain = ("kind", "name", "first_name", "last_name", "street", "postcode", "city", "country")
        told = {name: self._each(name) for name in plain} | {
            "id": self.records,
            "source_id": self.house.source,
            "external_id": self._each("number"),
            "is_simulated": True,
            "created_at": self.house.at,
            "updated_at": self.house.at,
        }
        return Rows(Record, len(self.block), told)

    def _memberships(self) -> Rows:
        told = HOUSE | {
            "id": self.house.next_ids(Membership, len(self.block)),
            "record_id": self.records,
            "party_id": self.parties,
            "from_at": self.house.at,
            "reason": "import",
        }
        return Rows(Membership, len(self.block), told)

    def _contact_details(self) -> Rows:
        found = [
            (record, one) for record, some in zip(self.records.tolist(), self.details, strict=True) for one in some
        ]
        told = {
            "id": self.house.next_ids(ContactDetail, len(found)),
            "record_id": [record for record, _one in found],
            "channel": [one.channel for _record, one in found],
            "value": [one.value for _record, one in found],
            "normal": [one.normal for _record, one in found],
            "identifier_hash": [one.digest for _record, one in found],
            "is_simulated": True,
            "created_at": self.house.at,
        }
        return Rows(ContactDetail, len(found), told)

    def _refusals(self) -> Rows:
        found = [
            (record, channel, digests.get(channel, ""))
            for record, someone, digests in zip(self.records.tolist(), self.block, self._digests(), strict=True)
            for channel in someone.refuses
        ]
        told = HOUSE | {
            "id": self.house.next_ids(Refusal, len(found)),
            "record_id": [record for record, _channel, _digest in found],
            "channel": [channel for _record, channel, _digest in found],
            "identifier_hash": [digest for _record, _channel, digest in found],
            "at": self.house.at,
            "recorded_at": self.house.at,
            "origin": "import",
        }
        return Rows(Refusal, len(found), told)

    def _digests(self) -> Iterator[dict[str, str]]:
        """What a refusal holds for besides its record. Phone numbers are shared by many here: theirs hold for one."""
        for some in self.details:
            yield {one.channel: one.digest for one in some if one.channel == "email"}

    def _ownerships(self) -> Rows:
        owned = [place for place, owner in enumerate(self.owner) if owner != _NONE]
        told = HOUSE | {
            "id": self.house.next_ids(Ownership, len(owned)),
            "record_id": self.records[owned],
            "user_id": [int(self.house.users[self.owner[place]]) for place in owned],
            "user_label": [COLLEAGUES[self.owner[place]] for place in owned],
            "from_at": self.house.at,
            "origin": "import",
        }
        return Rows(Ownership, len(owned), told)

    def _record_tags(self) -> Rows:
        found = [(record, tag) for record, some in zip(self.records.tolist(), self.tagged, strict=True) for tag in some]
        told = HOUSE | {
            "id": self.house.next_ids(RecordTag, len(found)),
            "record_id": [record for record, _tag in found],
            "tag_id": [tag for _record, tag in found],
            "at": self.house.at,
        }
        return Rows(RecordTag, len(found), told)

    def _cards(self) -> Rows:
        names = self._each("name")
        first = [{one.channel: one.normal for one in some} for some in self.details]
        refused = [set(someone.refuses) for someone in self.block]
        may = {
            f"may_{channel}": [channel in told and channel not in no for told, no in zip(first, refused, strict=True)]
            for channel in ("email", "phone", "post")
        }
        told = may | {
            "party_id": self.parties,
            "name": names,
            "name_folded": [fold(name) for name in names],
            "customer_number": self._each("number"),
            "kind": self._each("kind"),
            "country": self._each("country"),
            "city": self._each("city"),
            "email": [told.get("email", "") for told in first],
            "phone": [told.get("phone", "") for told in first],
            "has_refusal": [bool(no) for no in refused],
            "is_simulated": True,
            "search_text": [_search_text(someone) for someone in self.block],
            "contact_text": [_contact_text(*both) for both in zip(self.block, self.details, strict=True)],
            "owner_id": [None if owner == _NONE else int(self.house.users[owner]) for owner in self.owner],
            "tags": [f"|{'|'.join(map(str, some))}|" if some else "" for some in self.tagged],
            "belongs_to": self._heads(),
            "updated_at": self.house.at,
        }
        return Rows(PartyCard, len(self.block), told)

    def _heads(self) -> list[int | None]:
        heads = (self.heads.get(self.start + place) for place in range(len(self.block)))
        return [None if head is None else int(self.house.parties[head]) for head in heads]

    def _each(self, name: str) -> list[Any]:
        return [getattr(someone, name) for someone in self.block]


def _tagged(rng: np.random.Generator, count: int, tags: IntArray) -> list[list[int]]:
    wanted = np.where(rng.random(count) < _TAGGED, rng.integers(1, _MOST_TAGS + 1, count), 0).tolist()
    # Squared: the first tags of the house are the common ones.
    drawn = (rng.random((count, _MOST_TAGS)) ** 2 * tags.size).astype(np.int64)
    listed = tags[drawn].tolist()
    return [sorted(set(some[:most])) for some, most in zip(listed, wanted, strict=True)]


def _details(someone: Someone) -> list[_Detail]:
    found = []
    if someone.email:
        found.append(_detail("email", someone.email, someone.email))
    if someone.phone:
        found.append(_detail("phone", someone.phone, f"+33{someone.phone.replace(' ', '')[1:]}"))
    if someone.has_post:
        written = f"{someone.street}, {someone.postcode} {someone.city}, {someone.country}"
        reading = read_post(someone.street, someone.postcode, someone.city, someone.country)
        found.append(_detail("post", written, reading.normal))
    return found


def _detail(channel: str, value: str, normal: str) -> _Detail:
    return _Detail(channel, value, normal, identifier_hash(channel, normal))


def _search_text(someone: Someone) -> str:
    return fold_together((someone.name, someone.first_name, someone.last_name, someone.number, someone.city))


def _contact_text(someone: Someone, details: Sequence[_Detail]) -> str:
    return fold_together((someone.postcode, *(one.normal for one in details if one.channel != "post")))
