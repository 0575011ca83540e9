"""What is to be done: for whom, by when, about which customer."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal, Reach, may
from fleuve.parties.models import Membership, Record

__all__ = ["Task", "TaskQuerySet"]


class TaskQuerySet(DoorQuerySet["Task"]):
    """A customer's tasks are seen with the customer; one's own always; one without a customer by the team."""

    def visible_to(self, principal: Principal) -> Self:
        """The tasks within the principal's reading reach."""
        return self._within(principal, principal.read_reach)

    def writable_by(self, principal: Principal) -> Self:
        """The tasks that the principal may change: of customers within writing reach, and one's own."""
        return self._within(principal, principal.write_reach)

    def _within(self, principal: Principal, reach: Reach) -> Self:
        if not may(principal, "read") or reach == "none":
            return self.none()
        owners = principal.owners_within(reach)
        if owners is None:
            return self
        memberships = Membership._default_manager.all()._within(principal, reach)
        of_customers = Exists(memberships.filter(record_id=OuterRef("record_id"), until_at__isnull=True))
        of_people = Q(record__isnull=True) & (
            Q(assigned_id__in=owners) | Q(by_kind="user", by_id__in=[str(owner) for owner in owners])
        )
        return self.filter(of_customers | of_people | Q(assigned_id=principal.user_id, assigned_id__isnull=False))

    def standing(self) -> Self:
        """Those that are not in the trash."""
        return self.filter(removed_at__isnull=True)

    def open(self) -> Self:
        """Those that wait to be done."""
        return self.filter(removed_at__isnull=True, done_at__isnull=True)

    def to_remind_at(self, now: datetime) -> Self:
        """Open tasks whose reminder is due and was not sent."""
        return self.open().filter(remind_at__lte=now, reminded_at__isnull=True)


class Task(Row):
    """One thing to do. ``due_on`` is a day of the organisation; ``remind_at`` is when its assignee is told, once."""

    class Priority(models.IntegerChoices):
        LOW = 0, _("Low")
        NORMAL = 1, _("Normal")
        HIGH = 2, _("High")

    title = models.CharField(_("Task"), max_length=200)
    detail = models.TextField(_("Details"), max_length=20_000, blank=True)
    record = models.ForeignKey(Record, null=True, blank=True, on_delete=models.CASCADE, related_name="tasks")
    assigned_id = models.BigIntegerField(null=True, blank=True)
    assigned_label = models.CharField(max_length=120, blank=True)
    due_on = models.DateField(_("Due"), null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("Priority"), choices=Priority.choices, default=Priority.NORMAL)
    origin = models.CharField(max_length=16, default="person")  # "person", "alert" or "api"
    origin_id = models.BigIntegerField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by_label = models.CharField(max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_label = models.CharField(max_length=120, blank=True)

    objects = TaskQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by_label="") | Q(done_at__isnull=False),
                name="a_done_task_says_when",
            )
        ]
        indexes = [
            models.Index(
                fields=["assigned_id", "due_on", "id"],
                condition=Q(done_at__isnull=True, removed_at__isnull=True),
                name="tasks_open_of_user",
            ),
            models.Index(
                fields=["due_on", "id"],
                condition=Q(done_at__isnull=True, removed_at__isnull=True),
                name="tasks_open",
            ),
            models.Index(
                fields=["remind_at"],
                condition=Q(reminded_at__isnull=True, done_at__isnull=True, removed_at__isnull=True),
                name="tasks_to_remind",
            ),
            models.Index(fields=["removed_at"], condition=Q(removed_at__isnull=False), name="tasks_in_trash"),
        ]

    def __str__(self) -> str:
        return self.title
