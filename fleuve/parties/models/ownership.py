"""Who looks after a customer: one user at a time, from when until when, decided by whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fleuve.kernel.door import Row
from fleuve.parties.door import RecordScoped
from fleuve.parties.models.record import Record

__all__ = ["Ownership"]


class Ownership(Row):
    """A user is responsible for a record's customer; the newest open one among a customer's records holds.

    ``user_id`` is a plain number: no table of this module points to a user, and the name as it was then stays readable.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="ownerships")
    user_id = models.BigIntegerField()
    user_label = models.CharField(max_length=120)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
    origin = models.CharField(max_length=12)

    objects = RecordScoped.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=Q(until_at__isnull=True), name="one_open_ownership")
        ]
        indexes = [models.Index(fields=["user_id"], condition=Q(until_at__isnull=True), name="ownership_of_user")]

    def __str__(self) -> str:
        return f"{self.user_label} for {self.record_id}"
