"""People who sign in, and the one organisation of this install."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.ids import new_id
from fleuve.kernel.principal import Principal

__all__ = ["Organisation", "User"]


class UserQuerySet(DoorQuerySet["User"]):
    """Users, by the e-mail address that they sign in with."""


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Finds a user by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        user: User = self.get(email__iexact=username)
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
    REQUIRED_FIELDS: list[str] = ["name"]

    objects = UserManager()

    @property
    def principal(self) -> Principal:
        """Who this user is for permissions and for the audit trail."""
        return Principal("user", str(self.pk), self.name, self.role if self.is_active else "none")

    def __str__(self) -> str:
        return self.name


class Organisation(Row):
    """The one organisation of this install: its name, reporting currency, time zone and language."""

    name = models.CharField(_("Name"), max_length=120, blank=True)
    currency = models.CharField(_("Reporting currency"), max_length=3, blank=True)
    timezone = models.CharField(_("Time zone"), max_length=64, default="UTC")
    language = models.CharField(_("Language"), max_length=8, default="en")
    is_example = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days and months are counted."""
        return ZoneInfo(self.timezone)

    def today(self, now: datetime) -> date:
        """The organisation's calendar day at ``now``."""
        return now.astimezone(self.zone).date()
