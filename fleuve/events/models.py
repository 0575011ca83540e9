"""The audit trail, its erasable values, the outbox of facts to deliver, and the seals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from django.db import models
from django.db.models.base import ModelBase

from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal, may

__all__ = ["Event", "EventValues", "InsertOnly", "Outbox", "Seal"]


class InsertOnly(TypeError):
    """A mistake in code: someone tried to change or delete a fact."""


class EventQuerySet(DoorQuerySet["Event"]):
    """Events are visible to whoever audits and sees every customer; nobody changes or deletes them."""

    def visible_to(self, principal: Principal) -> EventQuerySet:
        # The trail names customers: whoever sees only some of them would learn of the others here.
        return self if may(principal, "audit") and principal.read_reach == "all" else self.none()

    def update(self, **changes: Any) -> NoReturn:
        raise InsertOnly("events are not changed: record a new one")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise InsertOnly("events are not changed: record a new one")

    def delete(self) -> NoReturn:
        raise InsertOnly("events are not deleted: erase their values instead")

    def seal_with(self, seal: Seal) -> int:
        """Mark these rows as covered by ``seal``: the one column that is written after the insert."""
        return super().update(seal=seal)


class Seal(Row):
    """A link of the chain: the digest over a batch of events and the seal before it."""

    number = models.PositiveBigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    events_count = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"


class Event(Row):
    """One fact. Holds ids, counts and digests; what is personal sits in ``EventValues``.

    Insert-only, here and by triggers of the database. Two columns are exempt: ``seal``, set once when a seal covers
    the row, and ``actor_label``, the name of a colleague who may ask to be forgotten.
    """

    name = models.CharField(max_length=64)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64)
    actor_label = models.CharField(max_length=120)
    actor_role = models.CharField(max_length=16)
    subject_kind = models.CharField(max_length=32, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    values_digest = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, related_name="events")

    objects = EventQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = (
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="events_about"),
            models.Index(fields=["name", "-id"], name="events_named"),
            models.Index(fields=["actor_id", "-id"], name="events_by"),
            models.Index(fields=["at"], name="events_at"),
            models.Index(fields=["id"], condition=models.Q(seal=None), name="events_unsealed"),
        )

    @property
    def by(self) -> Principal:
        """Who did it, with the role held at the time."""
        return Principal(self.actor_kind, self.actor_id, self.actor_label, self.actor_role)

    def save(
        self,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        if not self._state.adding or force_update or update_fields:
            raise InsertOnly("events are not changed: record a new one")
        super().save(force_insert=True, using=using)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise InsertOnly("events are not deleted: erase their values instead")

    def canonical_row(self) -> list[Any]:
        """What a seal covers of this event: everything but the two exempt columns."""
        return [
            self.pk,
            self.name,
            self.at.isoformat(timespec="microseconds"),
            [self.actor_kind, self.actor_id, self.actor_role],
            [self.subject_kind, self.subject_id],
            self.data,
            self.values_digest,
            self.request_id,
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_kind}:{self.subject_id}"


class EventValues(Row):
    """Old and new values of an event. Personal, so erasable: the event and its seal stand without them."""

    event = models.OneToOneField(Event, models.PROTECT, related_name="erasable")
    salt = models.CharField(max_length=32)
    values = models.JSONField()

    def __str__(self) -> str:
        return f"values of {self.event_id}"


class Outbox(Row):
    """A fact still to be handed to one listener; the row goes in the transaction that queues the hand-over."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    listener = models.CharField(max_length=160)

    def __str__(self) -> str:
        return f"{self.event_id} → {self.listener}"
