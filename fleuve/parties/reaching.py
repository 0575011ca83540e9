"""A customer as something is about to be done to it: through the door, with the record on which the deed hangs."""

from __future__ import annotations

from dataclasses import dataclass

from fleuve.kernel.principal import Principal
from fleuve.parties.models import Membership, PartyCard, Record
from fleuve.parties.speaking import primary_record

__all__ = ["Reached", "reach_customer", "reach_record"]


@dataclass(frozen=True)
class Reached:
    """A customer whom the principal sees."""

    card: PartyCard
    record: Record

    @property
    def party_id(self) -> int:
        """The customer's id."""
        return self.card.party_id

    @property
    def owner_id(self) -> int | None:
        """Who looks after them: ``require(by, "write", reached)`` asks for it."""
        return self.card.owner_id

    @property
    def name(self) -> str:
        """What the customer is called."""
        return self.card.name or self.card.customer_number


def reach_customer(party_id: int, principal: Principal) -> Reached | None:
    """The customer of this id; ``None`` when there is none or the principal may not see it: the two look the same."""
    card = PartyCard.objects.visible_to(principal).filter(pk=party_id).first()
    if card is None:
        return None
    open_ids = Membership.objects.filter(party_id=party_id, until_at__isnull=True).values("record_id")
    records = list(Record.objects.filter(pk__in=open_ids).select_related("source"))
    return Reached(card, primary_record(records)) if records else None


def reach_record(record_id: int, principal: Principal) -> Reached | None:
    """The customer that a record belongs to now, with that record; ``None`` as above."""
    membership = (
        Membership.objects.filter(record_id=record_id, until_at__isnull=True).select_related("record", "party").first()
    )
    if membership is None:
        return None
    card = PartyCard.objects.visible_to(principal).filter(pk=membership.party_id).first()
    return Reached(card, membership.record) if card else None
