"""What a record is to this organisation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row
from fleuve.parties.door import RecordScoped
from fleuve.parties.models.record import Record

__all__ = ["Relationship"]


class Relationship(Row):
    """A role that a record plays towards this organisation, with the stage it has reached."""

    class Role(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        PROSPECT = "prospect", _("Prospect")
        PARTNER = "partner", _("Partner")
        SUPPLIER = "supplier", _("Supplier")
        EMPLOYEE = "employee", _("Employee")
        CITIZEN = "citizen", _("User of a public service")
        PUBLIC_OFFICIAL = "public_official", _("Public official")
        OPINION_LEADER = "opinion_leader", _("Opinion leader")
        NOT_TARGETED = "not_targeted", _("Contacted, not targeted")

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="relationships")
    role = models.CharField(max_length=24, choices=Role.choices)
    stage = models.CharField(max_length=24, blank=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    import_id = models.BigIntegerField(null=True, db_index=True)

    objects = RecordScoped.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "role"], condition=Q(until_at__isnull=True), name="one_open_relationship_per_role"
            )
        ]
