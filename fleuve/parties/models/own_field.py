"""Fields that people of the house made themselves, and their values: one narrow row each, typed by column."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row
from fleuve.parties.door import RecordScoped
from fleuve.parties.models.record import Record
from fleuve.parties.own_values import FieldShape

__all__ = ["OwnField", "OwnValue"]


class OwnField(Row):
    """A field made in the interface. Its type never changes and its key is never given to another."""

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        MONEY = "money", _("Money")
        DATE = "date", _("Date")
        YES_NO = "yes_no", _("Yes or no")
        CHOICE = "choice", _("One choice")
        CHOICES = "choices", _("Several choices")
        LINK = "link", _("Link to a customer")

    class Personal(models.TextChoices):
        """Which kind of personal data the field holds: decides who sees it and whether a purpose must be given."""

        NONE = "", _("Nothing personal")
        IDENTITY = "identity", _("Who someone is")
        CONTACT = "contact", _("How to reach someone")
        BEHAVIOUR = "behaviour", _("What someone does")

    key = models.SlugField(max_length=40, unique=True)
    type = models.CharField(_("Type"), max_length=8, choices=Type.choices)
    label = models.CharField(_("Name"), max_length=80)
    label_folded = models.CharField(max_length=80)
    help = models.CharField(_("Help"), max_length=200, blank=True)
    choices = models.JSONField(default=list)  # [{"key", "label", "removed"}]
    currency = models.CharField(max_length=3, blank=True)
    is_required = models.BooleanField(_("Must be filled in"), default=False)
    personal = models.CharField(_("Personal data"), max_length=16, choices=Personal.choices, blank=True)
    purpose = models.CharField(_("Purpose"), max_length=120, blank=True)
    retention = models.CharField(_("Kept for"), max_length=120, blank=True)
    order = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_label = models.CharField(max_length=120, blank=True)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["label_folded"], condition=Q(removed_at__isnull=True), name="one_own_field_of_a_name"
            )
        ]

    @property
    def shape(self) -> FieldShape:
        """What reading and writing its values needs to know; only open answers may be chosen."""
        open_ones = {one["key"]: one["label"] for one in self.choices if not one.get("removed")}
        return FieldShape(self.type, self.label, self.currency, open_ones)

    @property
    def answers(self) -> dict[str, str]:
        """The label of every answer, those that cannot be chosen any more included."""
        return {one["key"]: one["label"] for one in self.choices}

    def __str__(self) -> str:
        return self.label


class OwnValue(Row):
    """What one record says in one own field.

    Numbers are whole: a number in millionths, money in minor units, yes as 1 and no as 0, a link as the other's id.
    Fractions would neither compare alike on both databases nor come back byte for byte. A text in ``text`` is the one
    typed, in ``folded`` the one compared; choices are packed as ``"|a|b|"``. A row without any value says that somebody
    emptied the field by hand.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="own_values", db_index=False)
    field = models.ForeignKey(OwnField, on_delete=models.PROTECT, related_name="own_values", db_index=False)
    text = models.CharField(max_length=2000, blank=True)
    folded = models.CharField(max_length=240, blank=True)
    number = models.BigIntegerField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    import_id = models.BigIntegerField(null=True, db_index=True)
    updated_at = models.DateTimeField()

    objects = RecordScoped.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "field"], name="one_own_value_each")]
        indexes = [
            models.Index(fields=["field", "number", "record"], name="own_value_number"),
            models.Index(fields=["field", "day", "record"], name="own_value_day"),
            models.Index(fields=["field", "folded", "record"], name="own_value_folded"),
        ]

    def __str__(self) -> str:
        return f"{self.field_id} of {self.record_id}"
