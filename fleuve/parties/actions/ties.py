"""Tie customers to one another, and end a tie."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.parties.actions.refresh_cards import refresh_cards
from fleuve.parties.changing.reach import refuse_beyond, take_versions
from fleuve.parties.errors import AlreadyTied, PartiesError, UnknownCustomer
from fleuve.parties.models import Membership, PartyCard, Record, Tie
from fleuve.parties.speaking import primary_record

__all__ = ["add_tie", "end_tie"]


def add_tie(
    *,
    from_party: int,
    to_party: int,
    kind: str,
    label: str = "",
    from_on: date | None = None,
    by: Principal,
    at: datetime,
) -> Tie:
    """Say what one customer is to another. The one that is tied must be yours to change, the other only seen."""
    require(by, "write")
    wanted = Tie.Kind(kind)
    if from_party == to_party:
        raise PartiesError(_("A customer is not tied to themselves. Choose another one."), code="tied_to_itself")
    if not PartyCard.objects.visible_to(by).filter(pk=to_party).exists():
        raise UnknownCustomer(_("There is no such customer."))
    try:
        with transaction.atomic():
            refuse_beyond([from_party], by)
            take_versions([from_party])
            tie = Tie.objects.create(
                from_record=_record(from_party), to_record=_record(to_party), kind=wanted, label=label.strip()[:60],
                from_on=from_on, at=at, by_kind=by.kind, by_id=by.id, by_label=by.label,
            )  # fmt: skip
            refresh_cards(party_ids=[from_party, to_party], at=at)
            data = {"kind": str(wanted), "to": str(to_party)}
            record_event("parties.tie_added", by=by, at=at, subject=("party", from_party), data=data)
    except IntegrityError as error:
        raise AlreadyTied(_("These two are tied in this way already. Nothing was changed.")) from error
    return tie


def end_tie(*, tie: Tie, is_mistake: bool = False, by: Principal, at: datetime) -> None:
    """Say that a tie holds no more since today; a mistake goes into the trash as if it had never held."""
    require(by, "write")
    party, other = (_party(record) for record in (tie.from_record_id, tie.to_record_id))
    with transaction.atomic():
        refuse_beyond([party], by)
        take_versions([party])
        standing = Tie.objects.filter(pk=tie.pk, until_on=None, removed_at=None)
        if is_mistake:
            done = standing.update(removed_at=at, removed_by_label=by.label)
        else:
            done = standing.update(until_on=organisation().today(at))
        if done:
            refresh_cards(party_ids=[party, other], at=at)
            data = {"kind": tie.kind, "is_mistake": is_mistake}
            record_event("parties.tie_ended", by=by, at=at, subject=("party", party), data=data)


def _party(record: int) -> int:
    found: int = Membership.objects.filter(record=record, until_at=None).values_list("party_id", flat=True).get()
    return found


def _record(party: int) -> Record:
    open_ones = Membership.objects.filter(party=party, until_at=None).select_related("record__source")
    return primary_record([one.record for one in open_ones])
