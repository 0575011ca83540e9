"""Reads of tasks: one with its customer, one's list, a customer's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import F, Q
from django.utils.translation import gettext as _

from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import Principal, may
from fleuve.parties.models import Membership, PartyCard
from fleuve.parties.reaching import Reached, reach_record
from fleuve.tasks.errors import UnknownTask
from fleuve.tasks.models import Task, TaskQuerySet
from fleuve.tasks.rules import Bucket

__all__ = [
    "SCOPES",
    "TaskFound",
    "TaskPage",
    "customer_names",
    "done_tasks_of_customer",
    "may_change_task",
    "open_tasks",
    "records_of_customer",
    "require_change",
    "task_counts",
    "task_found",
    "task_or_refuse",
    "tasks_of_customer",
]

SCOPES: Final = ("mine", "team", "all", "done")
_CAP: Final = 100


@dataclass(frozen=True)
class TaskFound:
    """A task and its customer, when it has one."""

    task: Task
    customer: Reached | None


@dataclass(frozen=True)
class TaskPage:
    """Some tasks in the order of the list, and where the next ones begin."""

    tasks: tuple[Task, ...]
    next: str


def task_found(task_id: int, principal: Principal, *, from_trash: bool = False) -> TaskFound | None:
    """The task, of the trash when asked; ``None`` when missing or not to be seen."""
    task = Task.objects.visible_to(principal).filter(pk=task_id, removed_at__isnull=not from_trash).first()
    if task is None:
        return None
    customer = reach_record(task.record_id, principal) if task.record_id else None
    is_own = task.assigned_id is not None and task.assigned_id == principal.user_id
    # A customer in the trash, or given to another team meanwhile: the task stays with whom it was given to.
    return TaskFound(task, customer) if customer or task.record_id is None or is_own else None


def task_or_refuse(task_id: int, principal: Principal, *, from_trash: bool = False) -> TaskFound:
    """The task, or ``UnknownTask``."""
    found = task_found(task_id, principal, from_trash=from_trash)
    if found is None:
        raise UnknownTask(_("There is no such task. It may have been put into the trash."))
    return found


def may_change_task(found: TaskFound, principal: Principal) -> bool:
    """Whether the principal may write, and the task is their own, of their customers, or nobody else's."""
    if not may(principal, "write"):
        return False
    task = found.task
    own = task.assigned_id == principal.user_id or (task.by_kind, task.by_id) == (principal.kind, principal.id)
    if own and principal.user_id is not None:
        return True
    if found.customer is not None:
        return may(principal, "write", found.customer)
    return task.record_id is None and principal.is_within(principal.write_reach, task.assigned_id)


def require_change(found: TaskFound, principal: Principal) -> None:
    """Raise ``PermissionRefused`` unless the principal may change the task."""
    if not may_change_task(found, principal):
        raise PermissionRefused(_("You may look at this task but not change it."), verb="write")


def open_tasks(
    principal: Principal, scope: str, *, today: date, bucket: Bucket | None = None, after: str = "", size: int = 50
) -> TaskPage:
    """A page of the list: by due day, tasks without a day last; ``done`` shows the newest done first."""
    rows = _scoped(principal, scope)
    if scope == "done":
        return _page(_before(rows.filter(done_at__isnull=False).order_by("-done_at", "-id"), after), size, done=True)
    rows = rows.filter(done_at__isnull=True)
    if bucket:
        rows = rows.filter(_within(bucket, today))
    return _page(_behind(rows.order_by(F("due_on").asc(nulls_last=True), "id"), after), size, done=False)


def task_counts(principal: Principal, scope: str, today: date) -> Mapping[str, int]:
    """How many open tasks are overdue and due today, counted to a hundred."""
    rows = _scoped(principal, scope).filter(done_at__isnull=True)
    overdue = rows.filter(due_on__lt=today).order_by("due_on").values_list("pk")[:_CAP]
    due = rows.filter(due_on=today).order_by("due_on").values_list("pk")[:_CAP]
    return {"overdue": len(overdue), "today": len(due)}


def tasks_of_customer(party_id: int, principal: Principal, *, most: int = 30) -> list[Task]:
    """A customer's open tasks by due day, then those done last."""
    rows = _of_customer(party_id, principal)
    waiting = rows.filter(done_at__isnull=True).order_by(F("due_on").asc(nulls_last=True), "id")
    return [*waiting[:most], *rows.filter(done_at__isnull=False).order_by("-done_at")[:3]]


def done_tasks_of_customer(party_id: int, principal: Principal, most: int) -> list[Task]:
    """The tasks done last for a customer."""
    return list(_of_customer(party_id, principal).filter(done_at__isnull=False).order_by("-done_at")[:most])


def records_of_customer(party_id: int) -> Sequence[int]:
    """The records on which a customer's tasks hang."""
    return list(Membership.objects.filter(party_id=party_id, until_at__isnull=True).values_list("record_id", flat=True))


def customer_names(tasks: Iterable[Task], principal: Principal) -> Mapping[int, tuple[int, str]]:
    """Record → (customer, name) of these tasks' customers that the principal sees; two queries."""
    records = {task.record_id for task in tasks if task.record_id}
    if not records:
        return {}
    members = Membership.objects.filter(record_id__in=records, until_at__isnull=True)
    parties = dict(members.values_list("record_id", "party_id"))
    cards = PartyCard.objects.visible_to(principal).filter(pk__in=set(parties.values()))
    called = {pk: name or number for pk, name, number in cards.values_list("pk", "name", "customer_number")}
    return {record: (party, called[party]) for record, party in parties.items() if party in called}


def _of_customer(party_id: int, principal: Principal) -> TaskQuerySet:
    records = Membership.objects.filter(party_id=party_id, until_at__isnull=True).values("record_id")
    return Task.objects.visible_to(principal).standing().filter(record_id__in=records)


def _scoped(principal: Principal, scope: str) -> TaskQuerySet:
    rows = Task.objects.visible_to(principal).standing()
    mine = Q(assigned_id=principal.user_id) | Q(assigned_id__isnull=True, by_kind=principal.kind, by_id=principal.id)
    if scope == "mine" or scope == "done":
        return rows.filter(mine)
    if scope == "team":
        return rows.filter(Q(assigned_id__in=principal.colleagues | {principal.user_id or 0}) | mine)
    return rows


def _within(bucket: Bucket, today: date) -> Q:
    week = today + timedelta(days=7)
    return {
        "overdue": Q(due_on__lt=today),
        "today": Q(due_on=today),
        "week": Q(due_on__gt=today, due_on__lte=week),
        "later": Q(due_on__gt=week),
        "no_day": Q(due_on__isnull=True),
    }[bucket]


def _behind(rows: TaskQuerySet, after: str) -> TaskQuerySet:
    day, _dot, number = after.partition(".")
    if not number.isdecimal() or len(number) > 19:
        return rows
    pk = int(number)
    if not day:
        return rows.filter(due_on__isnull=True, pk__gt=pk)
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return rows
    return rows.filter(Q(due_on__gt=on) | Q(due_on=on, pk__gt=pk) | Q(due_on__isnull=True))


def _before(rows: TaskQuerySet, after: str) -> TaskQuerySet:
    last = Task.objects.filter(pk=int(after)).first() if after.isdecimal() and len(after) < 20 else None
    if last is None or last.done_at is None:
        return rows
    return rows.filter(Q(done_at__lt=last.done_at) | Q(done_at=last.done_at, pk__lt=last.pk))


def _page(rows: TaskQuerySet, size: int, *, done: bool) -> TaskPage:
    found: Sequence[Task] = list(rows[: size + 1])
    shown = tuple(found[:size])
    if len(found) <= size:
        return TaskPage(shown, "")
    last = shown[-1]
    return TaskPage(shown, str(last.pk) if done else f"{last.due_on.isoformat() if last.due_on else ''}.{last.pk}")
