"""Give customers to a colleague, or to nobody; take one that is nobody's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.changes.actions import changed
from fleuve.changes.rules import Origin
from fleuve.events import record as record_event
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import Principal, require
from fleuve.parties.actions.change_customers import MOST_PARTIES
from fleuve.parties.actions.refresh_cards import refresh_cards
from fleuve.parties.changing.edits import Changed
from fleuve.parties.changing.owners import say_owner
from fleuve.parties.changing.reach import refuse_beyond, take_versions
from fleuve.parties.changing.subjects import load_subjects
from fleuve.parties.changing.targets import target_named
from fleuve.parties.changing.writing import Writing
from fleuve.parties.errors import UnknownCustomer
from fleuve.parties.models import PartyCard

__all__ = ["assign_owner", "claim_customer"]

_PERSON: Final = Origin("person")


def assign_owner(
    *, party_ids: Sequence[int], user_id: int | None, origin: Origin = _PERSON, by: Principal, at: datetime
) -> Changed:
    """Make a user responsible for these customers, or nobody; at most 500 at once."""
    require(by, "assign")
    if len(party_ids) > MOST_PARTIES:
        raise ValueError(f"{MOST_PARTIES} customers at once is the most")
    with transaction.atomic():
        refuse_beyond(party_ids, by)
        return _given(sorted(set(party_ids)), user_id, origin, by, at)


def claim_customer(*, party_id: int, by: Principal, at: datetime) -> Changed:
    """Take a customer that nobody looks after yet: what lets a seller begin with somebody new."""
    require(by, "write")
    with transaction.atomic():
        card = PartyCard.objects.visible_to(by).filter(pk=party_id).first()
        if card is None:
            raise UnknownCustomer(_("There is no such customer."))
        if card.owner_id is not None or by.user_id is None:
            raise PermissionRefused(_("A colleague looks after this customer. Ask a manager to give them to you."))
        return _given([party_id], by.user_id, _PERSON, by, at)


def _given(parties: list[int], user_id: int | None, origin: Origin, by: Principal, at: datetime) -> Changed:
    target, writing = target_named("owner"), Writing(by, at)
    take_versions(parties)
    subjects = load_subjects(parties, [target])
    done = [party for party, subject in subjects.items() if say_owner(writing, subject, target, user_id)]
    if not done:
        return Changed()
    writing.write()
    event = record_event(
        "parties.owner_changed",
        by=by,
        at=at,
        subject=("party", done[0]) if len(done) == 1 else None,
        data={"customers": len(done), "owner": str(user_id or ""), "origin": origin.kind, "origin_id": origin.id},
    )
    changed(writing.told, origin=origin, by=by, at=at, event_id=event.pk)
    refresh_cards(party_ids=done, at=at)
    return Changed(tuple(done), {party: subjects[party].version for party in done})
