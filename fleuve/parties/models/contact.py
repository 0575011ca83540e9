"""Ways to reach a record, and refusals to be reached."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row
from fleuve.parties.door import RecordScoped
from fleuve.parties.models.record import Record

__all__ = ["Channel", "ContactDetail", "Refusal"]


class Channel(models.TextChoices):
    """Ways to reach someone that they may refuse one by one."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    POST = "post", _("Post")


class ContactDetail(Row):
    """One way to reach a record: the text as given, and its normal form when it is a valid one.

    One that a person removed stays as a row, so that the next file which says it again does not bring it back.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="contact_details", db_index=False)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    value = models.CharField(max_length=320)
    normal = models.CharField(max_length=320, blank=True)  # blank when not valid
    fault = models.CharField(max_length=80, blank=True)  # a code: why it is not valid
    identifier_hash = models.CharField(max_length=64, blank=True, db_index=True)
    is_simulated = models.BooleanField(default=False)
    import_id = models.BigIntegerField(null=True, db_index=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = RecordScoped.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "channel", "value"], name="one_contact_detail_each")]


class Refusal(Row):
    """Do not contact on this channel. Stands until withdrawn; holds for every record with the same identifier."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="refusals")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    identifier_hash = models.CharField(max_length=64, blank=True, db_index=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    origin = models.CharField(max_length=16)  # "import" or "person"
    reason = models.CharField(max_length=120, blank=True)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    import_id = models.BigIntegerField(null=True, db_index=True)

    objects = RecordScoped.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "channel"], condition=Q(withdrawn_at__isnull=True), name="one_standing_refusal"
            )
        ]
