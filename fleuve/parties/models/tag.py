"""Words that people stick on customers to find them again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row
from fleuve.parties.door import RecordScoped
from fleuve.parties.models.record import Record

__all__ = ["RecordTag", "Tag"]


class Tag(Row):
    """One word of the house, with its colour; whoever configures the workspace makes them."""

    class Color(models.TextChoices):
        """The colour-blind safe series of Okabe and Ito; a tag always shows its name beside its colour."""

        NONE = "", _("No colour")
        ORANGE = "orange", _("Orange")
        SKY = "sky", _("Sky blue")
        GREEN = "green", _("Green")
        YELLOW = "yellow", _("Yellow")
        BLUE = "blue", _("Blue")
        VERMILION = "vermilion", _("Vermilion")
        PURPLE = "purple", _("Purple")

    name = models.CharField(_("Name"), max_length=60)
    name_folded = models.CharField(max_length=60)
    color = models.CharField(_("Colour"), max_length=12, choices=Color.choices, default=Color.NONE, blank=True)
    order = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_label = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name_folded"], condition=Q(removed_at__isnull=True), name="one_tag_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RecordTag(Row):
    """A tag on a record: it is there or it is not, so two people who set tags never overwrite one another."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="record_tags", db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="record_tags", db_index=False)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
    import_id = models.BigIntegerField(null=True, db_index=True)

    objects = RecordScoped.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "tag"], name="one_tag_of_each_on_a_record")]
        indexes = [models.Index(fields=["tag", "record"], name="records_with_tag")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.record_id}"
