"""The one organisation of this install."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row

__all__ = ["Organisation"]


class Organisation(Row):
    """The one organisation of this install: its name, reporting currency, time zone and language."""

    name = models.CharField(_("Name"), max_length=120, blank=True)
    currency = models.CharField(_("Reporting currency"), max_length=3, blank=True)
    timezone = models.CharField(_("Time zone"), max_length=64, default="UTC")
    language = models.CharField(_("Language"), max_length=8, default="en")
    # Roles whose people come in with a second factor only.
    second_factor_roles = models.JSONField(default=list, blank=True)
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
