"""Where facts are sent, and each message with its fate."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from fleuve.events.catalog import title_of
from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal, may
from fleuve.outbound import sentence_of
from fleuve.webhooks.rules import message_id

__all__ = ["TEST_FACT", "Delivery", "Endpoint"]

TEST_FACT: Final = "webhooks.test"


class EndpointQuerySet(DoorQuerySet["Endpoint"]):
    """Seen by whoever configures: an address may hold a secret. A removed one stays for the sake of its deliveries."""

    def visible_to(self, principal: Principal) -> Self:
        return self if may(principal, "configure") else self.none()

    def listed(self) -> Self:
        """Those that were not removed."""
        return self.filter(removed_at=None)

    def live(self) -> Self:
        """Those to which messages go."""
        return self.listed().exclude(state=Endpoint.State.OFF)


class Endpoint(Row):
    """An address that wants to hear of some facts.

    ``secret`` and ``former_secret`` are sealed with the install's key. While ``former_until`` lies ahead both sign.
    """

    class State(models.TextChoices):
        ON = "on", _("On")
        FAILING = "failing", _("Failing")
        OFF = "off", _("Off")

    class Why(models.TextChoices):
        PERSON = "person", _("Somebody switched it off.")
        GONE = "gone", _("The receiver answered 410: it no longer wants any message.")
        FAILING = "failing", _("Nothing was accepted for five days.")
        RESTORED = "restored", _("A backup was restored: check the address, make a new secret, then switch it on.")

    label = models.CharField(_("Name"), max_length=80)
    url = models.CharField(_("Address"), max_length=2000)
    facts = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ON)
    off_why = models.CharField(max_length=8, choices=Why.choices, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    secret = models.BinaryField()
    former_secret = models.BinaryField(null=True)
    former_until = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=64)
    by_label = models.CharField(max_length=120)
    removed_at = models.DateTimeField(null=True)

    objects = EndpointQuerySet.as_manager()  # type: ignore[misc]

    @property
    def tone(self) -> str:
        """How its state is shown."""
        return {self.State.ON: "good", self.State.FAILING: "bad"}.get(self.State(self.state), "neutral")

    @property
    def is_live(self) -> bool:
        """Whether messages go there."""
        return self.state != self.State.OFF

    def wants(self, fact: str) -> bool:
        """Whether it asked to hear of ``fact``."""
        return fact in self.facts

    def __str__(self) -> str:
        return self.label


class DeliveryQuerySet(DoorQuerySet["Delivery"]):
    """Messages and their fate, seen like their endpoints."""

    def visible_to(self, principal: Principal) -> Self:
        return self if may(principal, "configure") else self.none()

    def due(self, at: datetime) -> Self:
        """Those that wait and whose moment has come."""
        return self.filter(state=Delivery.State.WAITING, next_at__lte=at)


class Delivery(Row):
    """One message to one endpoint. Its body is written once: each attempt sends and signs the same bytes.

    ``attempt`` counts from the claim on, so that an attempt whose worker died is one attempt less.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Delivered")
        FAILED = "failed", _("Failed")
        GONE = "gone", _("Not sent")

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.BigIntegerField(null=True)
    message_id = models.CharField(max_length=40, unique=True)
    fact = models.CharField(max_length=64)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=40, blank=True)
    last_ms = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            # A fact may be handed over twice; each endpoint hears of it once.
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhooks_one_message_per_fact"),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(state="waiting"), name="webhooks_due"),
            models.Index(fields=["endpoint"], condition=models.Q(state="failed"), name="webhooks_failed"),
            models.Index(fields=["endpoint", "-id"], name="webhooks_deliveries"),
            models.Index(fields=["created_at"], name="webhooks_created"),
        ]

    @property
    def tone(self) -> str:
        """How its state is shown."""
        tones = {self.State.SENT: "good", self.State.FAILED: "bad", self.State.WAITING: "info"}
        return tones.get(self.State(self.state), "neutral")

    @property
    def title(self) -> str:
        """The fact in words."""
        return str(_("Test message")) if self.fact == TEST_FACT else title_of(self.fact)

    @property
    def outcome(self) -> str:
        """What came of the last attempt, in words; empty before the first."""
        if self.last_status is not None:
            return str(_("The receiver answered %(status)s.") % {"status": self.last_status})
        if self.last_error == "secret_unreadable":
            return str(_("This install cannot read the secret. Make a new one."))
        return sentence_of(self.last_error)

    @classmethod
    def of(cls, endpoint: Endpoint, *, fact: str, body: str, at: datetime, event_id: int | None = None) -> Delivery:
        """A new message, due at once; not yet saved."""
        made = cls(endpoint=endpoint, event_id=event_id, fact=fact, body=body, created_at=at, next_at=at)
        made.message_id = message_id(made.pk)
        return made

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"
