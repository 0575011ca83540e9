"""Bulk edits: what was asked for, which customers, how far it came, and what undoing it left as it was found."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal, may

__all__ = ["BulkConflict", "BulkRun"]


class BulkRunQuerySet(DoorQuerySet["BulkRun"]):
    """One's own bulk edits; whoever reads the audit trail sees those of everybody."""

    def visible_to(self, principal: Principal) -> Self:
        """The bulk edits that this principal may look at."""
        if may(principal, "audit"):
            return self
        if not may(principal, "bulk") or principal.user_id is None:
            return self.none()
        return self.filter(user_id=principal.user_id)


class BulkRun(Row):
    """One edit of many customers.

    Until it starts it is a wish: ``chosen`` holds the packed ids of ticked rows, otherwise ``filter`` and ``words``
    say whom it means. At the start the customers are fixed, ``parties`` of them, in a file of the data folder.
    """

    class State(models.TextChoices):
        """How far it came."""

        PREVIEW = "preview", _("Not started")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    state = models.CharField(max_length=8, choices=State.choices, default=State.PREVIEW)
    edit = models.JSONField()  # as ``rules.BulkEdit.to_json`` writes it
    chosen = models.BinaryField(null=True)
    filter = models.JSONField(null=True)  # as ``attributes.to_json`` writes it
    words = models.CharField(max_length=200, blank=True)
    parties = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    restored = models.PositiveIntegerField(default=0)  # values that undoing put back
    kept = models.PositiveIntegerField(default=0)  # values that undoing left: somebody wrote them since
    job_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=64)
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by_label = models.CharField(max_length=120, blank=True)

    objects = BulkRunQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-id"], name="bulk_run_of_person"),
            models.Index(fields=["at"], condition=Q(state="preview"), name="bulk_run_not_started"),
        ]

    def __str__(self) -> str:
        return f"{self.edit.get('deed', '')} of {self.parties}"


class BulkConflict(Row):
    """A value that undoing a bulk edit left as it found it: somebody wrote it since. JSON as in the journal."""

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="conflicts", db_index=False)
    party_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    field = models.CharField(max_length=48)
    before = models.TextField(null=True)  # what undoing would have put there
    found = models.TextField(null=True)  # what is there
    found_by_label = models.CharField(max_length=120, blank=True)
    found_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "subject_kind", "subject_id", "field"], name="one_conflict_of_a_bulk_value"
            )
        ]
        indexes = [models.Index(fields=["run", "id"], name="conflict_of_bulk_run")]

    def __str__(self) -> str:
        return f"{self.subject_kind}:{self.subject_id} {self.field}"
