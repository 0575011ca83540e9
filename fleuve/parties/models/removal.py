"""The trash of customers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row
from fleuve.parties.models.party import Party

__all__ = ["Removal"]


class Removal(Row):
    """A customer lies in the trash from one moment until restored; ``purge_on`` is the day that ends it."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="removals")
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
    reason = models.CharField(_("Reason"), max_length=120, blank=True)
    until_at = models.DateTimeField(null=True, blank=True)
    purge_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party"], condition=Q(until_at__isnull=True), name="one_open_removal")
        ]
        indexes = [models.Index(fields=["purge_on"], condition=Q(until_at__isnull=True), name="removals_to_purge")]

    def __str__(self) -> str:
        return f"{self.party_id} removed"
