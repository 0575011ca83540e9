"""The links that let somebody in once."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from fleuve.accounts.models.team import Team
from fleuve.accounts.models.user import User
from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal, may

__all__ = ["OneTimeLink"]


class OneTimeLinkQuerySet(DoorQuerySet["OneTimeLink"]):
    """Links are the business of whoever manages users."""

    def visible_to(self, principal: Principal) -> Self:
        return self if may(principal, "manage_users") else self.none()

    def open_at(self, at: datetime) -> Self:
        """Not used, not withdrawn, not too old."""
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=at)


class OneTimeLink(Row):
    """A secret that opens one thing, once, for a while. Only its digest is kept: reading the table lets nobody in."""

    class Purpose(models.TextChoices):
        FIRST_OWNER = "first_owner", _("First start")
        INVITATION = "invitation", _("Invitation")
        PASSWORD = "password", _("New password")
        ENTRY = "entry", _("Sign-in to the example")

    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="links")
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=16, choices=User.Role.choices, blank=True)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="+")
    issued_at = models.DateTimeField()
    issued_by_label = models.CharField(max_length=120)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = OneTimeLinkQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            # One row for ever: two racing first starts meet on it, and only one of them can mark it used.
            models.UniqueConstraint(
                fields=["purpose"], condition=models.Q(purpose="first_owner"), name="only_one_first_owner_link"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
