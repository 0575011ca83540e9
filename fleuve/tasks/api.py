"""Operations on what is to be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, Literal

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Status
from pydantic import Field

from fleuve.accounts.queries import organisation
from fleuve.api.callers import ApiRequest
from fleuve.api.paging import PageOf, Paging, answer_page, keyset
from fleuve.api.routes import Routes
from fleuve.api.schemas import Id, In, Out, id_number
from fleuve.api.versions import expected_version, tagged
from fleuve.kernel.principal import Principal
from fleuve.parties.errors import UnknownCustomer
from fleuve.parties.reaching import reach_customer
from fleuve.tasks.actions import add_task, change_task, complete_task, remove_task, reopen_task, restore_task
from fleuve.tasks.models import Task
from fleuve.tasks.queries import TaskFound, customer_names, records_of_customer, require_change, task_or_refuse
from fleuve.tasks.rules import reminder_of

__all__ = ["router"]

router = Routes("tasks", title="Tasks")

Reminder = Literal["", "on_day", "day_before", "week_before"]
Priority = Literal["low", "normal", "high"]
_PRIORITIES: Final[dict[str, int]] = {"low": 0, "normal": 1, "high": 2}
_NAMES: Final = {number: name for name, number in _PRIORITIES.items()}
_REMINDER: Final = "When its person is told, at nine in the morning; it needs a due day."


class TaskOut(Out):
    """One thing to do."""

    id: Id
    title: str
    detail: str
    customer_id: Id | None = Field(description="Nothing for a task without a customer, or with one out of reach.")
    assigned_to: Id | None
    assigned_label: str
    due_on: date | None
    reminder: Reminder = Field(description=_REMINDER)
    priority: Priority
    done_at: datetime | None
    done_by: str
    version: int
    by: str
    created_at: datetime
    updated_at: datetime


class TaskIn(In):
    """A new task."""

    title: str = Field(min_length=1, max_length=200, examples=["Send the spring catalogue"])
    detail: str = Field("", max_length=20_000)
    customer_id: Id | None = None
    assigned_to: Id | None = Field(
        None, description="A user; they are told. A task without a customer is the key’s person’s unless told."
    )
    due_on: date | None = None
    reminder: Reminder = Field("", description=_REMINDER)
    priority: Priority = "normal"


class TaskPatch(In):
    """What changes of a task; null empties a field that may be empty."""

    title: str = Field("", min_length=1, max_length=200, examples=["Send the summer catalogue"])
    detail: str = Field("", max_length=20_000)
    assigned_to: Id | None = None
    due_on: date | None = None
    reminder: Reminder = Field("", description=_REMINDER)
    priority: Priority = "normal"


class TaskPaging(Paging):
    """Which tasks."""

    state: Literal["open", "done", "all"] = Field("open", description="Open ones, done ones, or both.")
    mine: bool = Field(False, description="Only those of the key’s person.")
    customer_id: Id | None = Field(None, description="Only those about this customer.")


@router.get("/tasks", response=PageOf[TaskOut], summary="List tasks")
def list_tasks(request: ApiRequest, response: HttpResponse, paging: Query[TaskPaging]) -> object:
    """Within the key's reach, the newest first."""
    by = request.principal
    rows = Task.objects.visible_to(by).standing()
    if paging.state != "all":
        rows = rows.filter(done_at__isnull=paging.state == "open")
    if paging.mine:
        rows = rows.filter(Q(assigned_id=by.user_id) & Q(assigned_id__isnull=False))
    if paging.customer_id is not None:
        rows = rows.filter(record_id__in=records_of_customer(_customer(paging.customer_id, by)))
    tasks, after = keyset(rows, paging)
    return answer_page(request, response, _told_many(tasks, by), after)


@router.post("/tasks", response={201: TaskOut}, summary="Add a task")
def create_task(request: ApiRequest, response: HttpResponse, data: TaskIn) -> object:
    """Whom it is given to is told."""
    by = request.principal
    task = add_task(
        title=data.title,
        detail=data.detail,
        party_id=None if data.customer_id is None else id_number(data.customer_id),
        assigned_id=_person(data.assigned_to, by, is_about_somebody=data.customer_id is not None),
        due_on=data.due_on,
        reminder=data.reminder,
        priority=_PRIORITIES[data.priority],
        origin="api",
        by=by,
        at=timezone.now(),
    )
    response["Location"] = f"/api/v1/tasks/{task.pk}"
    tagged(request, response, task.version)
    return Status(201, _told_many([task], by)[0])


@router.get("/tasks/{task_id}", response=TaskOut, summary="Read a task")
def read_task(request: ApiRequest, response: HttpResponse, task_id: Id) -> object:
    """One task."""
    return _answered(request, response, task_or_refuse(id_number(task_id), request.principal))


@router.patch("/tasks/{task_id}", response=TaskOut, summary="Change a task", versioned=True)
def change_task_(request: ApiRequest, response: HttpResponse, task_id: Id, data: TaskPatch) -> object:
    """Another due day or another reminder is a new reminder; whom it is newly given to is told."""
    found = _changeable(request, task_id)
    version = expected_version(request)
    given = data.model_dump(exclude_unset=True)
    if "assigned_to" in given:
        is_about_somebody = found.task.record_id is not None
        given["assigned_id"] = _person(given["assigned_to"], request.principal, is_about_somebody=is_about_somebody)
    if "priority" in given:
        given["priority"] = _PRIORITIES[given["priority"]]
    given.pop("assigned_to", None)
    held = _held(found.task)
    if "due_on" in given and given["due_on"] is None and "reminder" not in given:
        held["reminder"] = ""
    change_task(task_id=found.task.pk, version=version, **{**held, **given}, by=request.principal, at=timezone.now())
    return _answered(request, response, task_or_refuse(found.task.pk, request.principal))


@router.delete("/tasks/{task_id}", response={204: None}, summary="Remove a task", versioned=True)
def remove_task_(request: ApiRequest, task_id: Id) -> object:
    """Into the trash, for 30 days."""
    found = _changeable(request, task_id)
    version = expected_version(request)
    remove_task(task_id=found.task.pk, version=version, by=request.principal, at=timezone.now())
    return Status(204, None)


@router.post("/tasks/{task_id}/restoration", response=TaskOut, summary="Take a task out of the trash")
def restore_task_(request: ApiRequest, response: HttpResponse, task_id: Id) -> object:
    """As it was."""
    found = restore_task(task_id=id_number(task_id), by=request.principal, at=timezone.now())
    return _answered(request, response, task_or_refuse(found.task.pk, request.principal))


@router.post("/tasks/{task_id}/completion", response=TaskOut, summary="Say that a task is done")
def complete_task_(request: ApiRequest, response: HttpResponse, task_id: Id) -> object:
    """Of two who say so the second gets 409 with who was first."""
    found = complete_task(task_id=id_number(task_id), by=request.principal, at=timezone.now())
    return _answered(request, response, task_or_refuse(found.task.pk, request.principal))


@router.post("/tasks/{task_id}/reopening", response=TaskOut, summary="Take back that a task is done")
def reopen_task_(request: ApiRequest, response: HttpResponse, task_id: Id) -> object:
    """It waits again; one that waits already is left as it is."""
    found = reopen_task(task_id=id_number(task_id), by=request.principal, at=timezone.now())
    return _answered(request, response, task_or_refuse(found.task.pk, request.principal))


def _person(user_id: str | None, by: Principal, *, is_about_somebody: bool) -> int | None:
    """To whom: the key's person, where nobody is named and nobody would find it by its customer."""
    if user_id is not None:
        return id_number(user_id)
    return None if is_about_somebody else by.user_id


def _customer(customer_id: str, by: Principal) -> int:
    found = reach_customer(id_number(customer_id), by)
    if found is None:
        raise UnknownCustomer(_("There is no such customer."))
    return found.party_id


def _changeable(request: ApiRequest, task_id: str) -> TaskFound:
    """What is missing, then what is refused, then what was sent."""
    found = task_or_refuse(id_number(task_id), request.principal)
    require_change(found, request.principal)
    return found


def _held(task: Task) -> dict[str, Any]:
    held = {name: getattr(task, name) for name in ("title", "detail", "assigned_id", "due_on", "priority")}
    return {**held, "reminder": reminder_of(task.due_on, task.remind_at, organisation().zone)}


def _answered(request: ApiRequest, response: HttpResponse, found: TaskFound) -> dict[str, Any]:
    tagged(request, response, found.task.version)
    return _told(found.task, found.customer.party_id if found.customer else None)


def _told_many(tasks: Sequence[Task], by: Principal) -> list[dict[str, Any]]:
    parties = {record: party for record, (party, _name) in customer_names(tasks, by).items()}
    return [_told(task, parties.get(task.record_id) if task.record_id else None) for task in tasks]


def _told(task: Task, party: int | None) -> dict[str, Any]:
    plain = (
        "title", "detail", "assigned_label", "due_on", "done_at", "version", "created_at", "updated_at",
    )  # fmt: skip
    return {
        "id": str(task.pk),
        "customer_id": str(party) if party else None,
        "assigned_to": str(task.assigned_id) if task.assigned_id else None,
        "reminder": reminder_of(task.due_on, task.remind_at, organisation().zone),
        "priority": _NAMES[task.priority],
        "done_by": task.done_by_label,
        "by": task.by_label,
        **{name: getattr(task, name) for name in plain},
    }
