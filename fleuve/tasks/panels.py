"""What tasks show elsewhere: a customer's tasks with a form, those of today, tasks done as moments of a history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fleuve.accounts.queries import organisation
from fleuve.kernel.principal import Principal, may
from fleuve.parties.reaching import reach_customer
from fleuve.tasks.forms import TaskForm
from fleuve.tasks.models import Task
from fleuve.tasks.queries import (
    TaskFound,
    customer_names,
    done_tasks_of_customer,
    may_change_task,
    open_tasks,
    tasks_of_customer,
)
from fleuve.tasks.rules import BUCKETS, Bucket, bucket_of
from fleuve.ui.panels import CustomerHead, PanelAsk
from fleuve.ui.timeline import Moment

__all__ = [
    "BUCKET_LABELS",
    "ShownTask",
    "TaskGroup",
    "customer_panel",
    "grouped",
    "moments",
    "shown_tasks",
    "today_panel",
]

BUCKET_LABELS: Final = {
    "overdue": gettext_lazy("Overdue"),
    "today": gettext_lazy("Today"),
    "week": gettext_lazy("Within seven days"),
    "later": gettext_lazy("Later"),
    "no_day": gettext_lazy("Without a day"),
}
_ON_TODAY: Final = 10


@dataclass(frozen=True)
class ShownTask:
    """A task as drawn: where it stands, its customer, and whether this person may complete it."""

    task: Task
    bucket: Bucket
    customer: CustomerHead | None
    may_change: bool

    @property
    def is_overdue(self) -> bool:
        """Whether its day is over and it is not done."""
        return self.bucket == "overdue" and self.task.done_at is None


@dataclass(frozen=True)
class TaskGroup:
    """The tasks of one part of the list under its heading."""

    key: str
    label: object
    tasks: tuple[ShownTask, ...]


def shown_tasks(tasks: Iterable[Task], principal: Principal, today: date) -> list[ShownTask]:
    """The tasks as this principal sees them; two queries however many there are."""
    rows = list(tasks)
    names = customer_names(rows, principal)
    return [_shown(task, names, principal, today) for task in rows]


def _shown(task: Task, names: Mapping[int, tuple[int, str]], principal: Principal, today: date) -> ShownTask:
    party = names.get(task.record_id or 0)
    head = CustomerHead(party[1], reverse("workspace:customer", args=[party[0]])) if party else None
    own = may_change_task(TaskFound(task, None), principal) if task.record_id is None else may(principal, "write")
    return ShownTask(task, bucket_of(task.due_on, today), head, own)


def grouped(tasks: Iterable[ShownTask]) -> list[TaskGroup]:
    """The tasks under the headings of the parts that they stand in."""
    rows = list(tasks)
    groups = ((key, tuple(one for one in rows if one.bucket == key)) for key in BUCKETS)
    return [TaskGroup(key, BUCKET_LABELS[key], found) for key, found in groups if found]


def customer_panel(ask: PanelAsk) -> Mapping[str, object] | None:
    """The tasks about a customer and the form that adds one."""
    customer = reach_customer(ask.party_id or 0, ask.principal)
    if customer is None:
        return None
    today = _today(ask.now)
    found = tasks_of_customer(customer.party_id, ask.principal)
    may_write = may(ask.principal, "write", customer)
    return {
        "party_id": customer.party_id,
        "tasks": [ShownTask(task, bucket_of(task.due_on, today), None, may_write) for task in found],
        "form": TaskForm(auto_id="task_%s", principal=ask.principal, initial={"assigned_id": ask.principal.user_id}),
        "may_write": may_write,
        "back": f"customer:{customer.party_id}",
    }


def today_panel(ask: PanelAsk) -> Mapping[str, object] | None:
    """One's tasks that are overdue or due today."""
    today = _today(ask.now)
    overdue = open_tasks(ask.principal, "mine", today=today, bucket="overdue", size=_ON_TODAY).tasks
    due = open_tasks(ask.principal, "mine", today=today, bucket="today", size=_ON_TODAY).tasks
    return {"groups": grouped(shown_tasks([*overdue, *due], ask.principal, today)), "back": "today"}


def moments(party_id: int, principal: Principal, limit: int) -> Iterable[Moment]:
    """Tasks that were done for a customer, as moments of their history."""
    for task in done_tasks_of_customer(party_id, principal, limit):
        url = reverse("tasks:task", args=[task.pk])
        if task.done_at is not None:
            yield Moment(task.done_at, _("Task done"), task.title, url, icon="check-check", who=task.done_by_label)


def _today(now: datetime) -> date:
    return organisation().today(now)
