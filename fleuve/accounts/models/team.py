"""Teams: who works with whom, from when to when."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleuve.accounts.models.user import User
from fleuve.kernel.door import DoorQuerySet, Row

__all__ = ["Team", "TeamMember"]


class TeamQuerySet(DoorQuerySet["Team"]):
    """Whoever works here may know the teams; a customer's team follows from its owner."""

    def open(self) -> Self:
        """Those that are not in the trash."""
        return self.filter(removed_at=None)


class Team(Row):
    """A group of colleagues. Whose customers a team sees follows from who is in it now."""

    name = models.CharField(_("Name"), max_length=60)
    name_folded = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by_label = models.CharField(max_length=120, blank=True)

    objects = TeamQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name_folded"], condition=Q(removed_at=None), name="accounts_one_team_of_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMemberQuerySet(DoorQuerySet["TeamMember"]):
    """Memberships are seen like teams."""

    def now(self) -> Self:
        """Those that hold, in teams that are not in the trash."""
        return self.filter(until_at=None, team__removed_at=None)


class TeamMember(Row):
    """Somebody in a team, from when to when. A lead is named as the one to ask; it gives no right."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="team_memberships")
    is_lead = models.BooleanField(default=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=64)
    by_label = models.CharField(max_length=120)

    objects = TeamMemberQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user"], condition=Q(until_at=None), name="accounts_in_a_team_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id}"
