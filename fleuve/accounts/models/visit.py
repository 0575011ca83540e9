"""Sessions as people know them: when somebody came in, from where, and whether they are still there."""

from __future__ import annotations

from typing import Self

from django.db import models

from fleuve.accounts.models.user import User
from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal, may

__all__ = ["Visit"]


class VisitQuerySet(DoorQuerySet["Visit"]):
    """Everybody sees their own sessions; whoever manages users sees everybody's."""

    def visible_to(self, principal: Principal) -> Self:
        if may(principal, "manage_users"):
            return self
        return self.none() if principal.user_id is None else self.filter(user_id=principal.user_id)


class Visit(Row):
    """One session of a browser. Only a digest of its key is kept here: reading the table lets nobody in."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="visits")
    session_digest = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=16)
    factor = models.CharField(max_length=16, blank=True)
    place = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=200, blank=True)

    objects = VisitQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"], name="accounts_visits")]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.started_at:%Y-%m-%d %H:%M}"
