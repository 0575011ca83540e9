"""What somebody is told: a mention, a reminder, work given to them."""

from __future__ import annotations

from typing import Self

from django.db import models

from fleuve.accounts.models.user import User
from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal

__all__ = ["Notice"]


class OwnQuerySet(DoorQuerySet["Notice"]):
    """Everybody sees what they were told themselves."""

    def visible_to(self, principal: Principal) -> Self:
        if principal.kind == "system":
            return self
        return self.none() if principal.user_id is None else self.filter(user_id=principal.user_id)


class Notice(Row):
    """One thing to know, for one person. It names its subject; what may be read there is decided when it is read."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=16)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    by_label = models.CharField(max_length=120, blank=True)
    seen_at = models.DateTimeField(null=True)

    objects = OwnQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], condition=models.Q(seen_at=None), name="accounts_notices_unseen"),
            models.Index(fields=["user", "-id"], name="accounts_notices"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind}:{self.subject_id}"
