"""Tasks as search finds them: read for the index, loaded through their door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fleuve.accounts.notices import NoticeSubject
from fleuve.kernel.principal import Principal
from fleuve.search import Entry, Hit, Kind, register_kind
from fleuve.tasks.models import Task
from fleuve.tasks.queries import customer_names
from fleuve.ui import formatting

__all__ = ["notices_about", "register_kinds"]


def register_kinds() -> None:
    """Have tasks found."""
    register_kind(Kind("task", gettext_lazy("Tasks"), 30, "read", _load, _read, _walk))


def notices_about(ids: Sequence[int], principal: Principal) -> Mapping[int, NoticeSubject]:
    """Tasks as notices lead to them."""
    tasks = Task.objects.visible_to(principal).standing().filter(pk__in=ids)
    return {task.pk: NoticeSubject(task.title, reverse("tasks:task", args=[task.pk])) for task in tasks}


def _read(ids: Sequence[int]) -> Iterable[Entry]:
    tasks = Task.objects.filter(pk__in=ids, removed_at__isnull=True)
    return [Entry(task.pk, task.title, body=task.detail) for task in tasks]


def _load(ids: Sequence[int], principal: Principal) -> Mapping[int, Hit]:
    tasks = list(Task.objects.visible_to(principal).standing().filter(pk__in=ids))
    names = customer_names(tasks, principal)
    return {
        task.pk: Hit(
            task.title,
            reverse("tasks:task", args=[task.pk]),
            _hint(task, names),
            task.created_at,
            weight=0 if task.done_at else 1,  # what waits stands before what is done
        )
        for task in tasks
        if task.record_id is None or task.record_id in names or task.assigned_id == principal.user_id
    }


def _hint(task: Task, names: Mapping[int, tuple[int, str]]) -> str:
    customer = names.get(task.record_id or 0)
    due = formatting.day(task.due_on) if task.due_on else ""
    parts = [customer[1] if customer else "", task.assigned_label, _("Done") if task.done_at else due]
    return " · ".join(part for part in parts if part)


def _walk(after: int, most: int) -> Sequence[int]:
    standing = Task.objects.filter(pk__gt=after, removed_at__isnull=True)
    return list(standing.order_by("pk").values_list("pk", flat=True)[:most])
