"""Who opened which customer, on which day."""

from __future__ import annotations

from typing import Self

from django.db import models

from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal, may

__all__ = ["Viewing"]


class ViewingQuerySet(DoorQuerySet["Viewing"]):
    """For whoever may see who did what."""

    def visible_to(self, principal: Principal) -> Self:
        return self if may(principal, "audit") else self.none()


class Viewing(Row):
    """One person, one customer, one day of the organisation; ``times`` counts the minutes in which they looked.

    Numbers and no foreign keys: it says what was, also after a customer is merged or gone.
    """

    user_id = models.BigIntegerField()
    party_id = models.BigIntegerField()
    on = models.DateField()
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    objects = ViewingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "party_id", "on"], name="accounts_one_viewing_a_day"),
        ]
        indexes = [
            models.Index(fields=["party_id", "-id"], name="accounts_viewings_of_party"),
            models.Index(fields=["user_id", "-id"], name="accounts_viewings_by_user"),
            models.Index(fields=["on"], name="accounts_viewings_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} saw {self.party_id} on {self.on}"
