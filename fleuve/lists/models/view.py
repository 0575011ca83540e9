"""The lists that people saved."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal, may

__all__ = ["View"]


class ViewQuerySet(DoorQuerySet["View"]):
    """Views of one's own and those shared with everybody; what they show follows from the reach of who opens them."""

    def visible_to(self, principal: Principal) -> Self:
        """The views that this principal finds, those in the trash left out."""
        if not may(principal, "read"):
            return self.none()
        return self.filter(Q(owner_user_id=principal.user_id) | Q(shared="all"), removed_at=None)


class View(Row):
    """A list that somebody saved: which customers, which columns, in which order."""

    class Shared(models.TextChoices):
        """Who finds the view in their list of views."""

        NONE = "none", _("Only me")
        ALL = "all", _("Everybody")

    name = models.CharField(_("Name"), max_length=80)
    name_folded = models.CharField(max_length=80)
    owner_user_id = models.BigIntegerField()
    shared = models.CharField(_("Shared with"), max_length=8, choices=Shared.choices, default=Shared.NONE)
    filter = models.JSONField()  # as ``attributes.to_json`` writes it
    words = models.CharField(max_length=200, blank=True)
    columns = models.JSONField(default=list)  # keys of attributes; none: the usual ones
    sort = models.CharField(max_length=60, blank=True)
    density = models.CharField(max_length=12, blank=True)  # none: as whoever opens it likes rows
    group_by = models.CharField(max_length=60, blank=True)  # the key of an attribute; none: a list, not groups
    sums = models.JSONField(default=list)  # keys of what groups add up
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_label = models.CharField(max_length=120, blank=True)

    objects = ViewQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner_user_id", "name_folded"],
                condition=Q(removed_at__isnull=True),
                name="one_view_of_a_name_each",
            )
        ]

    def __str__(self) -> str:
        return self.name
