"""Who: parties, the records that sources hold of them, their contact details, refusals and relationships.

Facts hang on a ``Record`` (a source's view of someone) and are never re-pointed. A ``Party`` is only an id;
``Membership`` says which records are one party, from when until when, decided by whom and why: a merge or its undoing
moves a membership and nothing else.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import DoorManager, Row

__all__ = [
    "Channel",
    "ContactDetail",
    "Membership",
    "Party",
    "PartyCard",
    "PartyKind",
    "Record",
    "Refusal",
    "Relationship",
    "Source",
]


class PartyKind(models.TextChoices):
    """What a party is by law: a person or an organisation; unknown while no source tells."""

    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")
    UNKNOWN = "unknown", _("Not known")


class Channel(models.TextChoices):
    """Ways to reach someone that they may refuse one by one."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    POST = "post", _("Post")


class Source(Row):
    """Where records and purchases come from: a shop's export, an accounting file, hands at this desk."""

    key = models.SlugField(max_length=64, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    created_at = models.DateTimeField()


class Party(Row):
    """A customer, organisation, person or partner: nothing but an identity that records belong to."""

    kind = models.CharField(max_length=16, choices=PartyKind.choices, default=PartyKind.UNKNOWN)
    absorbed_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()


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
    import_id = models.BigIntegerField(null=True, db_index=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="one_record_per_source_identifier")
        ]


class Membership(Row):
    """A record is part of a party from one moment until another; exactly one membership of a record is open."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="memberships")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=Q(until_at__isnull=True), name="one_open_membership")
        ]


class ContactDetail(Row):
    """One way to reach a record: the text as given, and its normal form when it is a valid one."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="contact_details", db_index=False)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    value = models.CharField(max_length=320)
    normal = models.CharField(max_length=320, blank=True)  # blank when not valid
    fault = models.CharField(max_length=80, blank=True)  # a code: why it is not valid
    identifier_hash = models.CharField(max_length=64, blank=True, db_index=True)
    is_simulated = models.BooleanField(default=False)
    import_id = models.BigIntegerField(null=True, db_index=True)
    created_at = models.DateTimeField()

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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "channel"], condition=Q(withdrawn_at__isnull=True), name="one_standing_refusal"
            )
        ]


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

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="relationships", db_index=False)
    role = models.CharField(max_length=24, choices=Role.choices)
    stage = models.CharField(max_length=24, blank=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    import_id = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "role"], condition=Q(until_at__isnull=True), name="one_open_relationship_per_role"
            )
        ]


class PartyCard(models.Model):
    """The one list row of a party: rewritten in the changing transaction (who) and per valuation (worth).

    Derived: losing it loses nothing. Money is in minor units of the organisation's currency. Only indexed columns sort.
    """

    party = models.OneToOneField(Party, on_delete=models.CASCADE, primary_key=True, related_name="card")
    # who (written by parties)
    name = models.CharField(max_length=240, blank=True)
    name_folded = models.CharField(max_length=240, blank=True)
    customer_number = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=16, choices=PartyKind.choices, default=PartyKind.UNKNOWN)
    special = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=320, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    may_email = models.BooleanField(default=False)
    may_phone = models.BooleanField(default=False)
    may_post = models.BooleanField(default=False)
    has_refusal = models.BooleanField(default=False)
    is_simulated = models.BooleanField(default=False)
    search_text = models.TextField(blank=True)
    # worth (written by value)
    stage = models.CharField(max_length=24, blank=True)
    band = models.PositiveSmallIntegerField(null=True)
    purchase_days = models.PositiveIntegerField(default=0)
    first_purchase_on = models.DateField(null=True)
    last_purchase_on = models.DateField(null=True)
    revenue_total = models.BigIntegerField(default=0)
    revenue_12_months = models.BigIntegerField(default=0)
    revenue_12_months_before = models.BigIntegerField(default=0)
    usual_gap_days = models.FloatField(null=True)
    silent_days = models.PositiveIntegerField(null=True)
    probability_active = models.FloatField(null=True)
    expected_purchases = models.FloatField(null=True)
    value = models.BigIntegerField(null=True)
    value_low = models.BigIntegerField(null=True)
    value_high = models.BigIntegerField(null=True)
    at_stake = models.BigIntegerField(default=0)
    is_slipping = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    objects = DoorManager()

    class Meta:
        indexes = [
            models.Index(fields=["at_stake", "party"], name="card_at_stake"),
            models.Index(fields=["value", "party"], name="card_value"),
            models.Index(fields=["revenue_12_months", "party"], name="card_revenue_12"),
            models.Index(fields=["revenue_total", "party"], name="card_revenue"),
            models.Index(fields=["last_purchase_on", "party"], name="card_last"),
            models.Index(fields=["first_purchase_on", "party"], name="card_first"),
            models.Index(fields=["name_folded", "party"], name="card_name"),
            models.Index(fields=["stage", "at_stake", "party"], name="card_stage"),
            models.Index(fields=["customer_number"], name="card_number"),
        ]
