"""Create customers by hand, or by a program that speaks for somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.accounts.queries import organisation
from fleuve.changes.actions import changed
from fleuve.changes.rules import Edited, Origin, as_stored
from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.parties.actions.refresh_cards import refresh_cards
from fleuve.parties.changing.edits import targets_of
from fleuve.parties.changing.owners import say_owner
from fleuve.parties.changing.saying import say
from fleuve.parties.changing.subjects import Subject
from fleuve.parties.changing.targets import target_named
from fleuve.parties.changing.writing import Writing
from fleuve.parties.contacts import reading_of
from fleuve.parties.errors import LooksLikeAnother, NameTaken, PartiesError
from fleuve.parties.models import Channel, Membership, Party, PartyCard, PartyKind, Record, Relationship
from fleuve.parties.queries import parties_sharing
from fleuve.parties.rules import identifier_hash
from fleuve.parties.speaking import MANUAL

__all__ = ["NewCustomer", "create_customer", "create_customers"]

_PERSON: Final = Origin("person")


@dataclass(frozen=True)
class NewCustomer:
    """A customer to be: typed values by attribute key, and the number by which the house knows them."""

    values: Mapping[str, Any]
    customer_number: str = ""


def create_customer(
    *,
    values: Mapping[str, Any],
    customer_number: str = "",
    force_duplicates: bool = False,
    origin: Origin = _PERSON,
    by: Principal,
    at: datetime,
) -> Party:
    """Create a customer from typed values by attribute key; who creates one looks after it.

    Raises ``LooksLikeAnother`` when somebody has the same e-mail, phone or customer number, unless that is wanted.
    """
    require(by, "write")
    fresh = _checked(NewCustomer(values, customer_number), by)
    if not force_duplicates:
        _refuse_another(fresh.values, customer_number, organisation().timezone, by)
    (party,) = _create([fresh], origin, by, at)
    return party


def create_customers(
    *, customers: Sequence[NewCustomer], origin: Origin = _PERSON, by: Principal, at: datetime
) -> list[Party]:
    """Create several customers at once, in the order given, with one fact; the caller looked for those there already.

    Raises what ``create_customer`` raises for the first that cannot be, and creates none then.
    """
    require(by, "write")
    return _create([_checked(one, by) for one in customers], origin, by, at)


def _checked(asked: NewCustomer, by: Principal) -> NewCustomer:
    filled = {key: value for key, value in asked.values.items() if value not in (None, "", ())}
    targets = targets_of(filled, by)
    checked = {key: target.checked(filled[key]) for key, target in targets.items()}
    if not any(checked.get(key) for key in ("name", "first_name", "last_name", "email", "phone")):
        raise PartiesError(_("Give at least a name, an e-mail address or a phone number."), code="nameless")
    return NewCustomer(checked, asked.customer_number.strip()[:160])


def _create(customers: Sequence[NewCustomer], origin: Origin, by: Principal, at: datetime) -> list[Party]:
    targets = targets_of((key for one in customers for key in one.values), by)
    with transaction.atomic():
        parties = [Party(kind=one.values.get("kind") or PartyKind.UNKNOWN, created_at=at) for one in customers]
        Party.objects.bulk_create(parties)
        writing, subjects = Writing(by, at, organisation().timezone), [Subject(party.pk, 1) for party in parties]
        for one, subject in zip(customers, subjects, strict=True):
            writing.manual_of(subject).external_id = one.customer_number or str(subject.party_id)
            for key, value in one.values.items():
                say(writing, subject, targets[key], value)
        _write(writing)
        Relationship.objects.bulk_create(
            Relationship(record=subject.primary, role=Relationship.Role.CUSTOMER, from_at=at) for subject in subjects
        )
        _give_to_oneself(writing, subjects)
        _tell(parties, writing, sorted(targets), origin)
    return parties


def _write(writing: Writing) -> None:
    try:
        with transaction.atomic():
            writing.write()
    except IntegrityError as error:
        sentence = _("Another customer was given this number by hand. Give another number, or none.")
        raise NameTaken(sentence, code="number_taken") from error


def _give_to_oneself(writing: Writing, subjects: Sequence[Subject]) -> None:
    """Who creates a customer looks after it: within a reach of one's own it would be out of reach at once."""
    by = writing.by
    if by.user_id is None or by.write_reach not in ("own", "team"):
        return
    owner, target = Writing(by, writing.at), target_named("owner")
    for subject in subjects:
        if subject.owner_id is None:
            say_owner(owner, subject, target, by.user_id)
    owner.write()
    writing.told += owner.told


def _tell(parties: Sequence[Party], writing: Writing, keys: list[str], origin: Origin) -> None:
    ids = [party.pk for party in parties]
    event = record_event(
        "parties.customer_created",
        by=writing.by,
        at=writing.at,
        subject=("party", ids[0]) if len(ids) == 1 else None,
        data={"customers": len(ids), "fields": keys, "origin": origin.kind, "origin_id": origin.id},
    )
    created = [Edited("party", party, "created", None, as_stored(True), 1, party) for party in ids]
    changed([*created, *writing.told], origin=origin, by=writing.by, at=writing.at, event_id=event.pk)
    refresh_cards(party_ids=ids, at=writing.at)


def _refuse_another(values: Mapping[str, Any], number: str, timezone: str, by: Principal) -> None:
    """Somebody with the same address or number is named within reach, and only counted beyond it."""
    digests = []
    for channel in (Channel.EMAIL, Channel.PHONE):
        if text := values.get(channel):
            reading = reading_of(channel, str(text), str(values.get("country") or ""), timezone)
            digests += [identifier_hash(channel, reading.normal)] if reading.normal else []
    found = set(parties_sharing(digests)) if digests else set()
    if number.strip():
        found |= set(PartyCard.objects.filter(customer_number=number.strip()).values_list("pk", flat=True))
        own = Record.objects.filter(source__key=MANUAL, external_id=number.strip())
        found |= set(Membership.objects.filter(record__in=own, until_at=None).values_list("party_id", flat=True))
    if not found:
        return
    seen = list(PartyCard.objects.visible_to(by).filter(pk__in=found).order_by("pk").values_list("pk", flat=True))
    sentence = ngettext(
        "A customer with the same address or number is there already.",
        "%(count)s customers with the same address or number are there already.",
        len(found),
    )
    raise LooksLikeAnother(sentence % {"count": len(found)}, parties=seen, others=len(found) - len(seen))
