"""What was answered to which idempotency key."""

from __future__ import annotations

from typing import Self

from django.db import models

from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal, may

__all__ = ["IdempotencyKey"]


class IdempotencyQuerySet(DoorQuerySet["IdempotencyKey"]):
    """Everybody's own; whoever operates the install sees how many there are."""

    def visible_to(self, principal: Principal) -> Self:
        if may(principal, "operate"):
            return self
        return self.filter(principal_kind=principal.kind, principal_id=principal.id) if principal.id else self.none()


class IdempotencyKey(Row):
    """One request that is done once however often it is sent, and the answer that every repetition gets.

    While it runs, ``started_at`` says whose turn it is: whoever takes over writes another moment, and the first one's
    work is undone with its transaction because its last update finds no row.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"

    principal_kind = models.CharField(max_length=16)
    principal_id = models.CharField(max_length=64)
    route = models.CharField(max_length=160)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = IdempotencyQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["principal_kind", "principal_id", "route", "key"], name="api_one_answer_of_a_key"
            )
        ]
        indexes = [models.Index(fields=["started_at"], name="api_keys_by_age")]

    def __str__(self) -> str:
        return f"{self.route} {self.state}"
