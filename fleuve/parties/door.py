"""Whose customers somebody sees, for everything that hangs on a customer.

A customer's owner stands on the list row. What hangs on a record (a note, a refusal, a purchase) takes
``RecordScoped``; what points at the party itself takes ``PartyScoped``. Who sees all pays nothing: no condition is
added. A customer in the trash is seen by nobody here; the trash has a door of its own, ``in_trash``.
"""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from fleuve.kernel.door import DoorQuerySet, OwnedQuerySet
from fleuve.kernel.principal import Principal, Reach, may

__all__ = [
    "CardQuerySet",
    "MembershipQuerySet",
    "PartyQuerySet",
    "PartyScoped",
    "RecordScoped",
    "TieQuerySet",
    "out_of_trash",
]

M = TypeVar("M", bound=models.Model, covariant=True)


class CardQuerySet(OwnedQuerySet[M]):
    """List rows: the key to everything that is read by a customer's id."""

    def _within(self, principal: Principal, reach: Reach) -> Self:
        return super()._within(principal, reach).filter(is_removed=False)

    def in_trash(self, principal: Principal) -> Self:
        """The customers in the trash that this principal may put back: those within its writing reach."""
        return super()._within(principal, principal.write_reach).filter(is_removed=True)


class PartyQuerySet(OwnedQuerySet[M]):
    """Parties, by the owner on their list row; one without a list row belongs to nobody yet."""

    owner_path: ClassVar[str] = "card__owner_id"

    def _within(self, principal: Principal, reach: Reach) -> Self:
        return super()._within(principal, reach).exclude(card__is_removed=True)


class PartyScoped(OwnedQuerySet[M]):
    """Rows that point at a party."""

    owner_path: ClassVar[str] = "party__card__owner_id"


def out_of_trash() -> Q:
    """The condition that a row's ``party`` is not in the trash.

    The few customers in the trash are left out of many rows; asking the list row of each whether it is there would read
    as many list rows as there are rows.
    """
    removed = apps.get_model("parties", "PartyCard")._default_manager.filter(is_removed=True)
    return ~Q(party_id__in=removed.values("pk"))


class MembershipQuerySet(PartyScoped[M]):
    """Which record is whose, within reach."""


class RecordScoped(DoorQuerySet[M]):
    """Rows that hang on a record, or records themselves (``record_path = ""``)."""

    record_path: ClassVar[str] = "record"
    """The ORM path from the row to its record."""

    def visible_to(self, principal: Principal) -> Self:
        """The rows of customers within the principal's reading reach."""
        return self._within(principal, principal.read_reach)

    def writable_by(self, principal: Principal) -> Self:
        """The rows of customers that the principal may change."""
        return self._within(principal, principal.write_reach)

    def _within(self, principal: Principal, reach: Reach) -> Self:
        if not may(principal, "read") or reach == "none":
            return self.none()
        if principal.owners_within(reach) is None:
            return self
        return self.filter(of_customers_within(principal, reach, self.record_path))


class TieQuerySet(RecordScoped[M]):
    """Ties of which both ends are seen: a tie to a customer out of reach would tell that they exist."""

    def _within(self, principal: Principal, reach: Reach) -> Self:
        if not may(principal, "read") or reach == "none":
            return self.none()
        if principal.owners_within(reach) is None:
            return self
        near = of_customers_within(principal, reach, "from_record")
        return self.filter(near & of_customers_within(principal, principal.read_reach, "to_record"))


def of_customers_within(principal: Principal, reach: Reach, record_path: str) -> Q:
    """The condition that a row's record belongs to a customer within a reach that is not everybody's."""
    memberships = apps.get_model("parties", "Membership")._default_manager.all()
    reference = f"{record_path}_id" if record_path else "pk"
    seen = memberships._within(principal, reach).filter(record_id=OuterRef(reference), until_at__isnull=True)
    return Q(Exists(seen))
