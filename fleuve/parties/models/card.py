"""The list row of a party."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fleuve.parties.door import CardQuerySet
from fleuve.parties.models.party import Party, PartyKind

__all__ = ["PartyCard"]


class PartyCard(models.Model):
    """The one list row of a party: rewritten in the changing transaction (who) and per valuation (worth).

    Derived: losing it loses nothing. Money is in minor units of the organisation's currency. Lists are sorted in their
    mirror, so no figure of worth has an index here (docs/decisions/value-list-rows-without-indexes.md).
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
    search_text = models.TextField(blank=True)  # names, numbers and town, for whoever reads customers
    contact_text = models.TextField(blank=True)  # what reaches them, for whoever may see that
    owner_id = models.BigIntegerField(null=True)
    tags = models.TextField(blank=True)  # packed ids of tags, "|12|15|"
    belongs_to = models.BigIntegerField(null=True)  # the party that heads their household or group
    is_removed = models.BooleanField(default=False)
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
    policy = models.CharField(max_length=16, blank=True)
    # what was noticed (written by alerts)
    alert = models.CharField(max_length=40, blank=True)
    early_good = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    objects = CardQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["name_folded", "party"], name="card_name"),
            models.Index(fields=["customer_number"], name="card_number"),
            models.Index(fields=["owner_id", "party"], name="card_owner"),
            models.Index(fields=["country"], name="card_country"),
            models.Index(fields=["party"], condition=Q(is_removed=True), name="card_removed"),
        ]
