"""What a source says of someone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row
from fleuve.parties.door import RecordScoped
from fleuve.parties.models.party import PartyKind
from fleuve.parties.models.source import Source

__all__ = ["Record", "RecordQuerySet"]


class RecordQuerySet(RecordScoped["Record"]):
    """Records of customers within reach."""

    record_path: ClassVar[str] = ""


class Record(Row):
    """A source's view of one party, under the identifier that the source uses."""

    class Special(models.TextChoices):
        """Why a record does not stand for one customer's relationship; blank for the ordinary case."""

        NONE = "", _("Customer")
        WALK_IN = "walk_in", _("Walk-in customers")
        MARKETPLACE = "marketplace", _("Marketplace")
        STAFF = "staff", _("Staff")
        TEST = "test", _("Test")
        CLOSED = "closed", _("Closed or bankrupt")
        DECEASED = "deceased", _("Deceased")

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="records", db_index=False)
    external_id = models.CharField(_("Customer number"), max_length=160)
    kind = models.CharField(max_length=16, choices=PartyKind.choices, default=PartyKind.UNKNOWN)
    name = models.CharField(_("Name"), max_length=240, blank=True)
    first_name = models.CharField(_("First name"), max_length=120, blank=True)
    last_name = models.CharField(_("Last name"), max_length=120, blank=True)
    legal_id = models.CharField(_("Registration number"), max_length=40, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=24, blank=True)
    street = models.CharField(_("Street"), max_length=240, blank=True)
    postcode = models.CharField(_("Postcode"), max_length=20, blank=True)
    city = models.CharField(_("City"), max_length=120, blank=True)
    country = models.CharField(_("Country"), max_length=80, blank=True)
    customer_since = models.DateField(_("Customer since"), null=True, blank=True)
    special = models.CharField(max_length=16, choices=Special.choices, default=Special.NONE, blank=True)
    special_by = models.CharField(max_length=16, blank=True)  # "", "detected" or "person": a person's word wins
    is_simulated = models.BooleanField(default=False)  # the name and details were made from a seed, not given
    # Of a manual record: the columns that somebody emptied by hand, packed as "|city|"; nothing below shows through.
    emptied = models.CharField(max_length=240, blank=True, default="", db_default="")
    import_id = models.BigIntegerField(null=True, db_index=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = RecordQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="one_record_per_source_identifier")
        ]
