"""Tasks in the trash, as its page lists them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.urls import reverse

from fleuve.kernel.principal import Principal
from fleuve.tasks.actions.purge_trash import KEPT_DAYS
from fleuve.tasks.models import Task
from fleuve.tasks.queries import customer_names
from fleuve.ui.trash import Removed, RemovedPage

__all__ = ["removed_tasks"]

_A_PAGE: Final = 50


def removed_tasks(principal: Principal, before: str) -> RemovedPage:
    """The tab *Tasks*: those that one may change, newest first."""
    removed = Task.objects.writable_by(principal).filter(removed_at__isnull=False).order_by("-id")
    if before.isdecimal() and len(before) < 20:
        removed = removed.filter(pk__lt=int(before))
    found = list(removed[: _A_PAGE + 1])
    shown = found[:_A_PAGE]
    names = customer_names(shown, principal)
    rows = tuple(
        Removed(
            title=task.title,
            removed_at=task.removed_at,
            removed_by=task.removed_by_label,
            restore_url=reverse("tasks:restoration", args=[task.pk]),
            hint=names[task.record_id][1] if task.record_id and task.record_id in names else "",
            purge_on=(task.removed_at + timedelta(days=KEPT_DAYS)).date(),
        )
        for task in shown
        if task.removed_at is not None
    )
    return RemovedPage(rows, str(shown[-1].pk) if len(found) > _A_PAGE else "")
