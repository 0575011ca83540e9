"""The door: every model is read through ``Model.objects.visible_to(principal)``.

A model of things that belong to somebody takes ``OwnedQuerySet``, which keeps to the principal's reach; one with a
rule of its own overrides ``visible_to``; callers do not change. Whatever is read by a customer's id without a query set
(history, packed values) is read only after the customer's row came through this door. With
it every model has the lookup ``among``.
"""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.db import models

from fleuve.kernel import among as among  # the lookup is there wherever models are
from fleuve.kernel.ids import new_id
from fleuve.kernel.principal import Principal, Reach, may

__all__ = ["DoorManager", "DoorQuerySet", "OwnedQuerySet", "Row"]

M = TypeVar("M", bound=models.Model, covariant=True)


class DoorQuerySet(models.QuerySet[M]):
    """A query set that answers ``visible_to``."""

    def visible_to(self, principal: Principal) -> Self:
        """The rows that this principal may see; all or none until a model says otherwise."""
        return self if may(principal, "read") else self.none()


class OwnedQuerySet(DoorQuerySet[M]):
    """Rows that belong to a user: seen within the reach of who asks, changed within a narrower one."""

    owner_path: ClassVar[str] = "owner_id"
    """The ORM path from the row to its owner's user id."""

    def visible_to(self, principal: Principal) -> Self:
        """The rows within the principal's reading reach."""
        return self._within(principal, principal.read_reach)

    def writable_by(self, principal: Principal) -> Self:
        """The rows that the principal may change: those within its writing reach."""
        return self._within(principal, principal.write_reach)

    def _within(self, principal: Principal, reach: Reach) -> Self:
        owners = principal.owners_within(reach)
        if owners is None:
            return self
        condition = models.Q(**{f"{self.owner_path}__in": owners}) if owners else None
        if principal.takes_in_unowned(reach):
            unowned = models.Q(**{f"{self.owner_path}__isnull": True})
            condition = condition | unowned if condition else unowned
        return self.filter(condition) if condition else self.none()


DoorManager = models.Manager.from_queryset(DoorQuerySet)


class Row(models.Model):
    """Base of every table: a 64-bit time-ordered id made in Python and the door as default manager."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)

    objects = DoorManager()

    class Meta:
        abstract = True
