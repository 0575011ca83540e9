"""People who sign in, the links that let them in once, and the one organisation of this install."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.ids import new_id
from fleuve.kernel.principal import Principal, may

__all__ = ["OneTimeLink", "Organisation", "User"]


class UserQuerySet(DoorQuerySet["User"]):
    """Whoever manages users sees all of them; everyone sees themselves."""

    def visible_to(self, principal: Principal) -> Self:
        if may(principal, "manage_users"):
            return self
        is_known = principal.kind == "user" and principal.id.isdigit()
        return self.filter(pk=int(principal.id)) if is_known else self.none()

    def active_owners(self) -> Self:
        """Those without whom nobody could manage the workspace."""
        return self.filter(role=User.Role.OWNER, is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Finds a user by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        user: User = self.get(email=(username or "").strip().lower())
        return user


class User(AbstractBaseUser):
    """Someone who signs in. The role decides the verbs that they may do."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        READER = "reader", _("Read only")

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the computer")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("E-mail address"), unique=True)
    name = models.CharField(_("Name"), max_length=120)
    role = models.CharField(_("Role"), max_length=16, choices=Role.choices, default=Role.READER)
    language = models.CharField(_("Language"), max_length=8, default="en")
    theme = models.CharField(_("Appearance"), max_length=8, choices=Theme.choices, default=Theme.AUTO)
    is_compact = models.BooleanField(_("Compact tables"), default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.CheckConstraint(condition=models.Q(role__in=["owner", "reader"]), name="user_role_is_known"),
        ]

    @property
    def principal(self) -> Principal:
        """Who this user is for permissions and for the audit trail."""
        return Principal("user", str(self.pk), self.name, self.role if self.is_active else "none")

    def __str__(self) -> str:
        return self.name


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


class Organisation(Row):
    """The one organisation of this install: its name, reporting currency, time zone and language."""

    name = models.CharField(_("Name"), max_length=120, blank=True)
    currency = models.CharField(_("Reporting currency"), max_length=3, blank=True)
    timezone = models.CharField(_("Time zone"), max_length=64, default="UTC")
    language = models.CharField(_("Language"), max_length=8, default="en")
    is_example = models.BooleanField(default=False)
    is_only = models.BooleanField(default=True, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_only"], name="only_one_organisation"),
            models.CheckConstraint(condition=models.Q(is_only=True), name="organisation_is_the_only_one"),
        ]

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days and months are counted."""
        return ZoneInfo(self.timezone)

    def today(self, now: datetime) -> date:
        """The organisation's calendar day at ``now``."""
        return now.astimezone(self.zone).date()

    def __str__(self) -> str:
        return self.name
