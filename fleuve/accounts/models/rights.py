"""What one person may do beside the role, and what a role may not see or change of a customer."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleuve.accounts.models.user import User
from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal, may

__all__ = ["FieldRule", "Grant"]


class RightsQuerySet(DoorQuerySet[models.Model]):
    """Rights are the business of whoever manages users."""

    def visible_to(self, principal: Principal) -> Self:
        return self if may(principal, "manage_users") else self.none()


class Grant(Row):
    """One verb given to a person beside the role, or taken from them, from when to when."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    verb = models.CharField(max_length=16)
    is_denial = models.BooleanField(default=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=64)
    by_label = models.CharField(max_length=120)

    objects = RightsQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "verb"], condition=Q(until_at=None), name="accounts_one_grant_of_a_verb"
            ),
        ]

    def __str__(self) -> str:
        return f"{'-' if self.is_denial else '+'}{self.verb} for {self.user_id}"


class FieldRule(Row):
    """An attribute that a role may not see, or sees and may not change."""

    class May(models.TextChoices):
        HIDDEN = "hidden", _("Hidden")
        READ = "read", _("Read only")

    role = models.CharField(max_length=16, choices=User.Role.choices)
    attribute = models.CharField(max_length=64)
    may = models.CharField(max_length=6, choices=May.choices)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=64)
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField()

    objects = RightsQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "attribute"], name="accounts_one_rule_of_a_field"),
            models.CheckConstraint(condition=~Q(role="owner"), name="accounts_owners_see_every_field"),
        ]

    def __str__(self) -> str:
        return f"{self.attribute}: {self.may} for {self.role}"
