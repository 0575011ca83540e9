"""What customers are to one another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row
from fleuve.parties.door import TieQuerySet
from fleuve.parties.models.record import Record

__all__ = ["Tie"]


class Tie(Row):
    """A record is tied to another: it works for it, lives in its household, was referred by it, is part of its group.

    ``label`` says how, in the words of the house: *mother*, *buyer*, *subsidiary*.
    """

    class Kind(models.TextChoices):
        WORKS_FOR = "works_for", _("Works for")
        HOUSEHOLD = "household", _("Same household as")
        REFERRED_BY = "referred_by", _("Referred by")
        GROUP_OF = "group_of", _("Part of the group of")
        OTHER = "other", _("Tied to")

    from_record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="ties_from")
    to_record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="ties_to", db_index=False)
    kind = models.CharField(_("Kind of tie"), max_length=24, choices=Kind.choices)
    label = models.CharField(_("In your words"), max_length=60, blank=True)
    from_on = models.DateField(_("Since"), null=True, blank=True)
    until_on = models.DateField(_("Until"), null=True, blank=True)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_label = models.CharField(max_length=120, blank=True)
    import_id = models.BigIntegerField(null=True, db_index=True)

    objects = TieQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["from_record", "to_record", "kind"],
                condition=Q(until_on__isnull=True, removed_at__isnull=True),
                name="one_open_tie_of_a_kind",
            ),
            models.CheckConstraint(condition=~Q(from_record=F("to_record")), name="no_tie_to_oneself"),
        ]
        indexes = [models.Index(fields=["to_record", "kind"], name="ties_to_record")]

    def __str__(self) -> str:
        return f"{self.from_record_id} {self.kind} {self.to_record_id}"
