"""The identity that records belong to, and which of them belong to it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row
from fleuve.parties.door import MembershipQuerySet, PartyQuerySet

__all__ = ["Membership", "Party", "PartyKind"]


class PartyKind(models.TextChoices):
    """What a party is by law: a person or an organisation; unknown while no source tells."""

    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")
    UNKNOWN = "unknown", _("Not known")


class Party(Row):
    """A customer, organisation, person or partner: nothing but an identity that records belong to.

    ``version`` counts what people and programs changed of it: whoever saves says from which version they started.
    """

    kind = models.CharField(max_length=16, choices=PartyKind.choices, default=PartyKind.UNKNOWN)
    absorbed_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, db_default=1)
    created_at = models.DateTimeField()

    objects = PartyQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="party_created")]


class Membership(Row):
    """A record is part of a party from one moment until another; exactly one membership of a record is open."""

    record = models.ForeignKey("parties.Record", on_delete=models.CASCADE, related_name="memberships")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="memberships")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=80)

    objects = MembershipQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=Q(until_at__isnull=True), name="one_open_membership")
        ]
