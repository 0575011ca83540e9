"""Write down what is to be done."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.actions import notify
from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.parties.errors import UnknownCustomer
from fleuve.parties.reaching import reach_customer
from fleuve.search import refresh
from fleuve.tasks.actions.wording import assignee_or_refuse, checked_title, reminder_or_refuse
from fleuve.tasks.models import Task

__all__ = ["add_task"]


def add_task(
    *,
    title: str,
    by: Principal,
    at: datetime,
    party_id: int | None = None,
    detail: str = "",
    assigned_id: int | None = None,
    due_on: date | None = None,
    reminder: str = "",
    priority: int = Task.Priority.NORMAL,
    origin: str = "person",
    origin_id: int | None = None,
) -> Task:
    """Keep a task and tell whom it is given to.

    Raises ``TaskRefused`` when it says nothing, when nobody is to be found under ``assigned_id``, or when they may not
    see the customer.
    """
    customer = reach_customer(party_id, by) if party_id is not None else None
    if party_id is not None and customer is None:
        raise UnknownCustomer(_("There is no such customer."))
    require(by, "write", customer)
    assignee = assignee_or_refuse(assigned_id, customer, by)
    task = Task(
        title=checked_title(title),
        detail=detail.strip(),
        record=customer.record if customer else None,
        assigned_id=assignee.user_id,
        assigned_label=assignee.label,
        due_on=due_on,
        remind_at=reminder_or_refuse(due_on, reminder),
        priority=priority,
        origin=origin,
        origin_id=origin_id,
        created_at=at,
        updated_at=at,
        by_kind=by.kind,
        by_id=by.id,
        by_label=by.label,
    )
    data = {"party": str(party_id or ""), "assigned": str(assignee.user_id or ""), "origin": origin}
    with transaction.atomic():
        task.save(force_insert=True)
        if assignee.user_id is not None:
            notify(user_ids=[assignee.user_id], kind="assigned", subject=("task", task.pk), by=by, at=at)
        refresh("task", [task.pk], at=at)
        record_event("tasks.task_added", by=by, at=at, subject=("task", task.pk), data=data)
    return task
