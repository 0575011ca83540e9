"""Lists that were taken out, and how many rows a role may take out in a day."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal, may

__all__ = ["Export", "ExportLimit"]


class ExportQuerySet(DoorQuerySet["Export"]):
    """Everybody sees what they took out themselves: a file is opened by nobody else, an owner included."""

    def visible_to(self, principal: Principal) -> Self:
        """The exports of this principal."""
        if principal.kind == "system":
            return self
        if not may(principal, "export") or principal.user_id is None:
            return self.none()
        return self.filter(user_id=principal.user_id)


class Export(Row):
    """A list that left as a file: counted against the day's rows when it was asked for.

    A small one is written while its maker waits; a large one by a job, as ``file`` in the data folder until
    ``expires_at``. ``asked`` holds what the job needs and is emptied when the file is written.
    """

    class Form(models.TextChoices):
        """The kinds of file."""

        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("Excel")
        PARQUET = "parquet", _("Parquet")

    subject = models.CharField(max_length=24)  # ``customers``, or another list by name
    form = models.CharField(max_length=8, choices=Form.choices)
    rows = models.PositiveIntegerField()
    columns = models.JSONField(default=list)
    filter_digest = models.CharField(max_length=64, blank=True)
    words_used = models.BooleanField(default=False)
    with_refused = models.BooleanField(default=False)
    asked = models.JSONField(null=True)
    file = models.CharField(max_length=80, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    job_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=64)
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField()

    objects = ExportQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "at"], name="export_of_person"),
            models.Index(fields=["expires_at"], condition=~Q(file=""), name="export_with_file"),
        ]

    def is_open_at(self, now: datetime) -> bool:
        """Whether the file can still be fetched."""
        return bool(self.file) and self.expires_at is not None and now < self.expires_at

    def __str__(self) -> str:
        return f"{self.subject}.{self.form}"


class ExportLimitQuerySet(DoorQuerySet["ExportLimit"]):
    """Limits are the business of whoever manages people."""

    def visible_to(self, principal: Principal) -> Self:
        """The limits, for whoever may change them."""
        return self if may(principal, "manage_users") else self.none()


class ExportLimit(Row):
    """How many rows one person of a role may take out in 24 hours; ``rows`` none: as many as they like.

    Its row is also the lock under which exports of the role are counted.
    """

    role = models.CharField(max_length=16, unique=True)
    rows = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    by_label = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(null=True)

    objects = ExportLimitQuerySet.as_manager()  # type: ignore[misc]

    def __str__(self) -> str:
        return f"{self.role}: {self.rows}"
