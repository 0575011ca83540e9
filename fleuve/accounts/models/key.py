"""Keys with which programs use the API."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from fleuve.accounts.models.user import User
from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal, may

__all__ = ["ApiKey"]


class ApiKeyQuerySet(DoorQuerySet["ApiKey"]):
    """Whoever manages users sees every key; everybody sees those that act for them."""

    def visible_to(self, principal: Principal) -> Self:
        if may(principal, "manage_users"):
            return self
        return self.none() if principal.user_id is None else self.filter(user_id=principal.user_id)

    def usable(self, at: datetime) -> Self:
        """Those that let somebody in now."""
        is_over = models.Q(revoked_at__isnull=False) | models.Q(expires_at__lte=at) | models.Q(user__is_active=False)
        return self.exclude(is_over)


class ApiKey(Row):
    """A program that acts for a person, within its scopes. Only a digest of the key is kept.

    ``prefix`` is the part of the key that may be shown: it finds the row, and lets people tell their keys apart.
    """

    name = models.CharField(_("Name"), max_length=60)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=64)
    by_label = models.CharField(max_length=120)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by_label = models.CharField(max_length=120, blank=True)
    last_used_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="accounts_keys_of_user")]

    def __str__(self) -> str:
        return self.name
