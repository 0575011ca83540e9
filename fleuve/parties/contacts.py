"""Contact details as people and files give them: checked, in speaking order, and the postal address made of columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from babel.core import get_global

from fleuve.parties.models import Channel, ContactDetail, Record
from fleuve.parties.rules import Reading, country_code, identifier_hash, read_email, read_phone, read_post
from fleuve.parties.speaking import is_manual, spoken

__all__ = [
    "ADDRESS",
    "checked_detail",
    "detail_row",
    "details_in_order",
    "postal_detail",
    "reading_of",
    "spoken_detail",
]

ADDRESS: Final = ("street", "postcode", "city", "country")
"""The columns that make a postal address."""


def reading_of(channel: str, text: str, country: str, timezone: str) -> Reading:
    """An e-mail address or a number as typed; a number without prefix is read as the customer's country, else ours."""
    if channel == Channel.EMAIL:
        return read_email(text)
    return read_phone(text, country_code(country) or _country_of(timezone))


def checked_detail(channel: str, text: str, reading: Reading) -> dict[str, str]:
    """The columns of a detail: the text as given, its normal form, its fault, and the digest that refusals share."""
    normal = reading.normal[:320]
    digest = identifier_hash(channel, normal) if normal else ""
    return {"value": text[:320], "normal": normal, "fault": reading.fault[:80], "identifier_hash": digest}


def detail_row(record: Record, channel: str, columns: Mapping[str, str], at: datetime) -> ContactDetail:
    """A new detail of a record."""
    return ContactDetail(record=record, channel=channel, created_at=at, **columns)


def details_in_order(record: Record, details: Iterable[ContactDetail]) -> list[ContactDetail]:
    """The standing details of one record: by hand the newest first, of a source in the order in which it gave them."""
    standing = [detail for detail in details if detail.removed_at is None]
    return sorted(standing, key=lambda detail: -detail.pk if is_manual(record) else detail.pk)


def spoken_detail(
    records: Sequence[Record], details: Mapping[int, Sequence[ContactDetail]], channel: str
) -> ContactDetail | None:
    """The detail by which a customer is reached: the first that works, else the first there is.

    An address is one thing, not a list: the first record that has any decides.
    """
    first: ContactDetail | None = None
    for record in records:
        own = [one for one in details_in_order(record, details.get(record.pk, ())) if one.channel == channel]
        working = next((one for one in own if one.normal), None)
        if working is not None:
            return working
        first = first or (own[0] if own else None)
        if first is not None and channel == Channel.POST:
            return first
    return first


def postal_detail(records: Sequence[Record]) -> dict[str, str] | None:
    """The detail that the spoken address makes; nothing when there is no street and no town."""
    street, postcode, city, country = (str(spoken(records, name)) for name in ADDRESS)
    if not (street or postcode or city):
        return None
    written = ", ".join(part for part in (street, f"{postcode} {city}".strip(), country) if part)
    return checked_detail(Channel.POST, written, read_post(street, postcode, city, country))


def _country_of(timezone: str) -> str:
    found: str = get_global("zone_territories").get(timezone, "")
    return found if len(found) == 2 else ""
