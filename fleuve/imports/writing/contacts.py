"""Contact details, each checked, and refusals to be contacted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from fleuve.imports.bulk import chunks, insert_rows
from fleuve.imports.converting.facts import DetailFact
from fleuve.imports.converting.words import is_refusal
from fleuve.imports.rules import Rule
from fleuve.imports.writing.cards import CheckedContact
from fleuve.imports.writing.session import Session
from fleuve.kernel.ids import new_ids
from fleuve.parties.models import ContactDetail, Membership, Refusal
from fleuve.parties.queries import parties_sharing
from fleuve.parties.rules import Reading, country_code, identifier_hash, read_email, read_phone, read_post

__all__ = ["checked_contacts", "read_contacts", "write_contacts"]

_DETAIL = (
    "id", "record_id", "channel", "value", "normal", "fault", "identifier_hash", "is_simulated", "import_id",
    "created_at",
)  # fmt: skip
_REFUSAL = (
    "id", "record_id", "channel", "identifier_hash", "at", "recorded_at", "origin", "reason", "by_kind", "by_id",
    "by_label", "withdrawn_at", "import_id",
)  # fmt: skip
_COLUMNS: Final[dict[str, str]] = {"email": "email", "phone": "phone", "post": "street"}
_SAYINGS = (
    ("email", "accepts_email"), ("email", "refuses_email"), ("phone", "accepts_phone"), ("phone", "refuses_phone"),
    ("post", "accepts_post"), ("post", "refuses_post"),
)  # fmt: skip


def write_contacts(session: Session, new: Sequence[DetailFact], known: Sequence[DetailFact]) -> None:
    """Add the contact details and refusals that these rows say and that are not there yet.

    The rule of a column holds for addresses and numbers; a refusal always does.
    """
    contacts: dict[tuple[int, str, str], CheckedContact] = {}
    refused: dict[tuple[int, str], str] = {}
    rules = _rules_of(session)
    old = {session.records[detail.customer] for detail in known}
    for detail in (*new, *known):
        record_id = session.records[detail.customer]
        digests: dict[str, str] = {}
        for contact in session.contacts.get((detail.customer, detail.row), ()):
            contacts.setdefault((record_id, contact.channel, contact.value), contact)
            digests[contact.channel] = contact.digest
        for channel, said in _SAYINGS:
            if (text := detail.values.get(said)) and is_refusal(said, text):
                refused.setdefault((record_id, channel), digests.get(channel, ""))
    there, standing = _there_already(sorted(old))
    reached = {(record, channel) for record, channel, _value in there}
    fresh = [
        (record, contact)
        for (record, channel, value), contact in contacts.items()
        if (record, channel, value) not in there
        and (record not in old or _is_taken(rules[channel], (record, channel) in reached))
    ]
    _insert_details(session, fresh)
    _insert_refusals(session, {key: digest for key, digest in refused.items() if key not in standing})
    _complete_cards(session, fresh, refused)
    described = {session.records[detail.customer] for detail in known}
    _touch(session, described & ({record for record, _ in fresh} | {record for record, _ in refused}))


def _rules_of(session: Session) -> dict[str, Rule]:
    """The rule of each channel, for customers who are there already."""
    if not session.handling.updates:
        return dict.fromkeys(_COLUMNS, "never")
    return {channel: session.handling.rule(field) for channel, field in _COLUMNS.items()}


def _is_taken(rule: Rule, is_reached: bool) -> bool:
    return rule != "never" and not (rule == "fill" and is_reached)


def read_contacts(session: Session, details: Iterable[DetailFact]) -> None:
    """Check addresses and numbers ahead of the transaction: a tenth of a millisecond a customer, writing takes less."""
    session.contacts = checked_contacts(session.country, details)


def checked_contacts(country: str, details: Iterable[DetailFact]) -> dict[tuple[str, int], list[CheckedContact]]:
    """The contact details that these rows give, by customer and row; ``country`` for numbers without a prefix."""
    return {(detail.customer, detail.row): list(_read(country, detail.values)) for detail in details}


def _read(country: str, values: dict[str, str]) -> Iterable[CheckedContact]:
    if email := values.get("email", "")[:320]:
        yield _checked("email", email, read_email(email))
    if phone := values.get("phone", "").lstrip("'")[:320]:
        yield _checked("phone", phone, read_phone(phone, country_code(values.get("country", "")) or country))
    if values.get("street"):
        street = " ".join(part for part in (values["street"], values.get("street_2", "")) if part)
        rest = [values.get(name, "").lstrip("'") for name in ("postcode", "city", "country")]
        written = ", ".join(part for part in (street, " ".join(part for part in rest[:2] if part), rest[2]) if part)
        yield _checked("post", written[:320], read_post(street, *rest))


def _checked(channel: str, value: str, reading: Reading) -> CheckedContact:
    normal = reading.normal[:320]
    return CheckedContact(channel, value, normal, reading.fault, identifier_hash(channel, normal) if normal else "")


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


def _insert_details(session: Session, contacts: Sequence[tuple[int, CheckedContact]]) -> None:
    simulated, import_id, now = session.is_simulated, session.import_id, session.now
    rows = [
        (detail_id, record, *one[:3], one.fault[:80], one.digest, simulated, import_id, now)
        for detail_id, (record, one) in zip(new_ids(len(contacts)), contacts, strict=True)
    ]
    insert_rows(ContactDetail, _DETAIL, rows)
    session.counts.contact_details += len(rows)
    session.counts.contact_faults += sum(1 for _, one in contacts if one.fault)


def _insert_refusals(session: Session, refused: dict[tuple[int, str], str]) -> None:
    by, now = session.by, session.now
    rows: list[tuple[Any, ...]] = [
        (refusal_id, record, channel, digest, now, now, "import", "", by.kind, by.id, by.label, None, session.import_id)
        for refusal_id, ((record, channel), digest) in zip(new_ids(len(refused)), refused.items(), strict=True)
    ]
    insert_rows(Refusal, _REFUSAL, rows)
    session.counts.refusals += len(rows)


def _complete_cards(
    session: Session, contacts: Sequence[tuple[int, CheckedContact]], refused: dict[tuple[int, str], str]
) -> None:
    for record, contact in contacts:
        if card := session.new_cards.get(record):
            card.contacts.append(contact)
    for record, channel in refused:
        if card := session.new_cards.get(record):
            card.refused.add(channel)
    # Whoever shares a refused address is refused too, in whatever file they came.
    digests = [digest for digest in refused.values() if digest]
    sharing = set().union(*(parties_sharing(part) for part in chunks(digests))) if digests else set()
    session.changed_parties |= sharing - {card.party_id for card in session.new_cards.values()}


def _touch(session: Session, records: set[int]) -> None:
    for part in chunks(sorted(records)):
        open_ones = Membership.objects.filter(record_id__in=part, until_at__isnull=True)
        session.changed_parties.update(open_ones.values_list("party_id", flat=True))
