"""Create a customer by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
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
from fleuve.parties.errors import LooksLikeAnother, PartiesError
from fleuve.parties.models import Channel, Membership, Party, PartyCard, PartyKind, Record, Relationship
from fleuve.parties.queries import parties_sharing
from fleuve.parties.rules import identifier_hash
from fleuve.parties.speaking import MANUAL

__all__ = ["create_customer"]

_PERSON: Final = Origin("person")


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
    filled = {key: value for key, value in values.items() if value not in (None, "", ())}
    targets = targets_of(filled, by)
    checked = {key: target.checked(filled[key]) for key, target in targets.items()}
    if not any(checked.get(key) for key in ("name", "first_name", "last_name", "email", "phone")):
        raise PartiesError(_("Give at least a name, an e-mail address or a phone number."), code="nameless")
    timezone = organisation().timezone
    if not force_duplicates:
        _refuse_another(checked, customer_number, timezone, by)
    with transaction.atomic():
        party = Party.objects.create(kind=checked.get("kind") or PartyKind.UNKNOWN, created_at=at)
        subject, writing = Subject(party.pk, 1), Writing(by, at, timezone)
        record = writing.manual_of(subject)
        record.external_id = customer_number.strip()[:160] or str(party.pk)
        for key, target in targets.items():
            say(writing, subject, target, checked[key])
        writing.write()
        Relationship.objects.create(record=record, role=Relationship.Role.CUSTOMER, from_at=at)
        _give_to_oneself(writing, subject, targets)
        _tell(party, writing, sorted(targets), origin)
    return party


def _give_to_oneself(writing: Writing, subject: Subject, targets: Mapping[str, Any]) -> None:
    """Who creates a customer looks after it: within a reach of one's own it would be out of reach at once."""
    by = writing.by
    if by.user_id is None or "owner" in targets or by.write_reach not in ("own", "team"):
        return
    owner = Writing(by, writing.at)
    if say_owner(owner, subject, target_named("owner"), by.user_id):
        owner.write()
        writing.told += owner.told


def _tell(party: Party, writing: Writing, keys: list[str], origin: Origin) -> None:
    event = record_event(
        "parties.customer_created",
        by=writing.by,
        at=writing.at,
        subject=("party", party.pk),
        data={"fields": keys, "origin": origin.kind, "origin_id": origin.id},
    )
    created = Edited("party", party.pk, "created", None, as_stored(True), 1, party.pk)
    changed([created, *writing.told], origin=origin, by=writing.by, at=writing.at, event_id=event.pk)
    refresh_cards(party_ids=[party.pk], at=writing.at)


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
