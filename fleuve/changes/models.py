"""The journal of changes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fleuve.kernel.door import Row

__all__ = ["Change"]


class Change(Row):
    """One field of one subject changed. Only ever inserted; marked when it is undone, deleted when it is erased.

    ``old`` and ``new`` are the exact JSON of what was stored. ``number`` orders the changes of a subject, ``party_id``
    says in whose history this one is shown: it is not a key, as a customer may be gone while the journal is kept.
    """

    subject_kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    party_id = models.BigIntegerField(null=True)
    field = models.CharField(max_length=48)
    number = models.PositiveIntegerField(default=0)
    old = models.TextField(null=True)
    new = models.TextField(null=True)
    origin = models.CharField(max_length=12)
    origin_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64)
    actor_label = models.CharField(max_length=120)
    undone_at = models.DateTimeField(null=True)
    undone_by_label = models.CharField(max_length=120, blank=True)
    event_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["origin", "origin_id", "id"], condition=Q(undone_at=None), name="change_of_origin"),
            models.Index(fields=["subject_kind", "subject_id", "field", "number", "id"], name="change_of_field"),
            models.Index(fields=["party_id", "-id"], name="change_of_party"),
        )

    @property
    def is_undone(self) -> bool:
        """Whether it was taken back."""
        return self.undone_at is not None

    def __str__(self) -> str:
        return f"{self.subject_kind}:{self.subject_id} {self.field}"
