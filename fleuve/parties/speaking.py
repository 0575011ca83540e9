"""Which of a party's records speaks: what was said by hand stands first, then the newest source that says anything.

A blank says nothing, so the next record is asked; a column *emptied* by hand says that there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from fleuve.parties.models import PartyKind, Record

__all__ = [
    "COLUMNS",
    "MANUAL",
    "card_name",
    "customer_number",
    "emptied",
    "in_speaking_order",
    "is_manual",
    "primary_record",
    "spoken",
    "spoken_special",
]

MANUAL: Final = "manual"
"""The key of the source that stands for the hands of this house."""

COLUMNS: Final = (
    "kind", "name", "first_name", "last_name", "legal_id", "vat_number", "street", "postcode", "city", "country",
    "customer_since",
)  # fmt: skip
"""The columns of a record that people may correct by hand."""

_SILENT: Final = ("", None, PartyKind.UNKNOWN)


def is_manual(record: Record) -> bool:
    """Whether the record is what people said by hand; asks for ``source`` to be loaded."""
    return record.source.key == MANUAL


def in_speaking_order(records: Iterable[Record]) -> list[Record]:
    """By hand first, then the newest source."""
    return sorted(records, key=lambda record: (not is_manual(record), -record.pk))


def primary_record(records: Sequence[Record]) -> Record:
    """The record on which what is done to a customer hangs: the oldest of a source, the manual one when alone."""
    return min(records, key=lambda record: (is_manual(record), record.pk))


def emptied(record: Record) -> frozenset[str]:
    """The columns and fields that somebody emptied by hand."""
    return frozenset(name for name in record.emptied.split("|") if name)


def spoken(records: Iterable[Record], column: str) -> Any:
    """What the records, in speaking order, say of a column; a blank of its type when none says anything."""
    blank: Any = None if column == "customer_since" else PartyKind.UNKNOWN.value if column == "kind" else ""
    for record in records:
        value = getattr(record, column)
        if value not in _SILENT:
            return value
        if column in emptied(record):
            return blank
    return blank


def spoken_special(records: Sequence[Record]) -> str:
    """Why the customer is set aside: a person's word first, then what any record was detected to be."""
    by_person = next((record for record in records if record.special_by == "person"), None)
    if by_person is not None:
        return by_person.special
    return next((record.special for record in records if record.special), "")


def card_name(records: Sequence[Record]) -> str:
    """The name that lists show: the spoken one, or first and last name put together."""
    name: str = spoken(records, "name")
    return name or f"{spoken(records, 'first_name')} {spoken(records, 'last_name')}".strip()


def customer_number(records: Sequence[Record], party_id: int) -> str:
    """The number that a source knows the customer by, or the one given by hand; none that we made ourselves."""
    number = primary_record(records).external_id
    return "" if number == str(party_id) else number
