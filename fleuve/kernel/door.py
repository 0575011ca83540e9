"""The door: every model is read through ``Model.objects.visible_to(principal)``.

A model with a finer rule (own records, own team) overrides ``visible_to`` on its query set; callers do not change.
"""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models

from fleuve.kernel.ids import new_id
from fleuve.kernel.principal import Principal, may

__all__ = ["DoorManager", "DoorQuerySet", "Row"]

M = TypeVar("M", bound=models.Model, covariant=True)


class DoorQuerySet(models.QuerySet[M]):
    """A query set that answers ``visible_to``."""

    def visible_to(self, principal: Principal) -> Self:
        """The rows that this principal may see; all or none until a model says otherwise."""
        return self if may(principal, "read") else self.none()


DoorManager = models.Manager.from_queryset(DoorQuerySet)


class Row(models.Model):
    """Base of every table: a 64-bit time-ordered id made in Python and the door as default manager."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)

    objects = DoorManager()

    class Meta:
        abstract = True
