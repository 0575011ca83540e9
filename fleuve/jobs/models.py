"""The queue's table and the memory of its schedules."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row
from fleuve.kernel.principal import Principal

__all__ = ["LIVE", "Job", "ScheduleState"]


class Job(Row):
    """One piece of work asked for.

    ``due_at`` says when a worker may take the job: the planned time of a queued one, the end of the lease of a running
    one. A running job whose worker died is thus found by the same index as the next queued one. ``attempt`` grows at
    each claim and never shrinks: with the id it is the fencing token.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    name = models.CharField(max_length=100)
    queue = models.CharField(max_length=16)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    payload = models.JSONField(default=dict)
    unique_key = models.CharField(max_length=200, blank=True)
    runs_again = models.BooleanField(default=False)

    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64)
    actor_label = models.CharField(max_length=120)
    actor_role = models.CharField(max_length=16)
    request_id = models.CharField(max_length=40, blank=True)

    due_at = models.DateTimeField()
    attempt = models.PositiveIntegerField(default=0)
    attempts_left = models.IntegerField()
    worker = models.CharField(max_length=80, blank=True)
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)

    step = models.CharField(max_length=200, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    step_started_at = models.DateTimeField(null=True)
    step_started_with = models.BigIntegerField(default=0)
    progress_at = models.DateTimeField(null=True)

    checkpoint = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_reference = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=models.Q(state__in=["queued", "running"]) & ~models.Q(unique_key=""),
                name="jobs_one_live_job_per_key",
            ),
        )
        indexes = (
            models.Index(
                fields=["queue", "due_at", "id"], condition=models.Q(state__in=["queued", "running"]), name="jobs_due"
            ),
            models.Index(fields=["state", "finished_at"], name="jobs_finished"),
        )

    @property
    def by(self) -> Principal:
        """Who asked for the job, with the role held when asking."""
        return Principal(self.actor_kind, self.actor_id, self.actor_label, self.actor_role)

    def __str__(self) -> str:
        return f"{self.name} {self.pk} ({self.state})"


LIVE: Final = (Job.State.QUEUED, Job.State.RUNNING)


class ScheduleState(Row):
    """How far a schedule has come: the latest of its moments that was turned into a job."""

    name = models.CharField(max_length=100, unique=True)
    last_moment = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
