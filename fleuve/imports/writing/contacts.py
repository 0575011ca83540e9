"""Contact details, each checked, and refusals to be contacted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from fleuve.imports.bulk import chunks, insert_rows
from fleuve.imports.converting.facts import DetailFact
from fleuve.imports.converting.words import is_refusal
from fleuve.imports.writing.session import Session
from fleuve.kernel.ids import new_ids
from fleuve.parties.models import ContactDetail, Membership, Refusal
from fleuve.parties.rules import Reading, country_code, identifier_hash, read_email, read_phone, read_post

__all__ = ["read_contacts", "write_contacts"]

_DETAIL = (
    "id", "record_id", "channel", "value", "normal", "fault", "identifier_hash", "is_simulated", "import_id",
    "created_at",
)  # fmt: skip
_REFUSAL = (
    "id", "record_id", "channel", "identifier_hash", "at", "recorded_at", "origin", "reason", "by_kind", "by_id",
    "by_label", "withdrawn_at", "import_id",
)  # fmt: skip
_POST = ("street", "street_2", "postcode", "city", "country")
_SAYINGS = (
    ("email", "accepts_email"), ("email", "refuses_email"), ("phone", "accepts_phone"), ("phone", "refuses_phone"),
    ("post", "accepts_post"), ("post", "refuses_post"),
)  # fmt: skip


class _Contact(NamedTuple):
    record_id: int
    channel: str
    value: str
    reading: Reading
    digest: str


def write_contacts(session: Session, new: Sequence[DetailFact], known: Sequence[DetailFact]) -> None:
    """Add the contact details and refusals that these rows say and that are not there yet."""
    contacts: dict[tuple[int, str, str], _Contact] = {}
    refused: dict[tuple[int, str], str] = {}
    for detail in (*new, *known):
        record_id = session.records[detail.customer]
        digests: dict[str, str] = {}
        for contact in _contacts(session, record_id, detail.values):
            contacts.setdefault((record_id, contact.channel, contact.value), contact)
            digests[contact.channel] = contact.digest
        for channel, said in _SAYINGS:
            if (text := detail.values.get(said)) and is_refusal(said, text):
                refused.setdefault((record_id, channel), digests.get(channel, ""))
    there, standing = _there_already([session.records[detail.customer] for detail in known])
    fresh = [contact for key, contact in contacts.items() if key not in there]
    _insert_details(session, fresh)
    _insert_refusals(session, {key: digest for key, digest in refused.items() if key not in standing})
    if known:
        _touch(session, {contact.record_id for contact in fresh} | {record for record, _ in refused})


def _contacts(session: Session, record_id: int, values: dict[str, str]) -> Iterable[_Contact]:
    if email := values.get("email", "")[:320]:
        yield _contact(record_id, "email", email, _read(session, "email", email, ""))
    if phone := values.get("phone", "").lstrip("'")[:320]:
        country = country_code(values.get("country", "")) or session.country
        yield _contact(record_id, "phone", phone, _read(session, "phone", phone, country))
    if values.get("street"):
        street = " ".join(part for part in (values["street"], values.get("street_2", "")) if part)
        rest = [values.get(name, "").lstrip("'") for name in _POST[2:]]
        written = ", ".join(part for part in (street, " ".join(part for part in rest[:2] if part), rest[2]) if part)
        yield _contact(record_id, "post", written[:320], read_post(street, *rest))


def _read(session: Session, channel: str, value: str, country: str) -> Reading:
    key = (channel, value, country)
    reading = session.readings.get(key)
    if reading is None:
        reading = read_email(value) if channel == "email" else read_phone(value, country)
        session.readings[key] = reading
    return reading


def read_contacts(session: Session, details: Iterable[DetailFact]) -> None:
    """Check addresses and numbers before the transaction: it takes a tenth of a millisecond each, writing far less."""
    session.readings = {}
    for detail in details:
        for _ in _contacts(session, 0, detail.values):
            pass


def _contact(record_id: int, channel: str, value: str, reading: Reading) -> _Contact:
    normal = reading.normal[:320]
    return _Contact(record_id, channel, value, reading, identifier_hash(channel, normal) if normal else "")


def _there_already(records: Sequence[int]) -> tuple[set[tuple[int, str, str]], set[tuple[int, str]]]:
    there: set[tuple[int, str, str]] = set()
    standing: set[tuple[int, str]] = set()
    for part in chunks(sorted(set(records))):
        details = ContactDetail.objects.filter(record_id__in=part)
        there.update(details.values_list("record_id", "channel", "value"))
        # A withdrawn refusal counts too: the file that said it once must not bring it back.
        refusals = Refusal.objects.filter(record_id__in=part)
        standing.update(refusals.values_list("record_id", "channel"))
    return there, standing


def _insert_details(session: Session, contacts: Sequence[_Contact]) -> None:
    rows = [
        (detail_id, one.record_id, one.channel, one.value, one.reading.normal[:320], one.reading.fault[:80], one.digest,
         session.is_simulated, session.import_id, session.now)
        for detail_id, one in zip(new_ids(len(contacts)), contacts, strict=True)
    ]  # fmt: skip
    insert_rows(ContactDetail, _DETAIL, rows)
    session.counts.contact_details += len(rows)
    session.counts.contact_faults += sum(1 for one in contacts if one.reading.fault)


def _insert_refusals(session: Session, refused: dict[tuple[int, str], str]) -> None:
    by, now = session.by, session.now
    rows: list[tuple[Any, ...]] = [
        (refusal_id, record, channel, digest, now, now, "import", "", by.kind, by.id, by.label, None, session.import_id)
        for refusal_id, ((record, channel), digest) in zip(new_ids(len(refused)), refused.items(), strict=True)
    ]
    insert_rows(Refusal, _REFUSAL, rows)
    session.counts.refusals += len(rows)


def _touch(session: Session, records: set[int]) -> None:
    for part in chunks(sorted(records)):
        open_ones = Membership.objects.filter(record_id__in=part, until_at__isnull=True)
        session.changed_parties.update(open_ones.values_list("party_id", flat=True))
