"""The list of tasks, the tasks of one customer, and one task."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fleuve.accounts.queries import organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.guard import guard
from fleuve.kernel.principal import may
from fleuve.tasks.actions import add_task, change_task
from fleuve.tasks.errors import TaskRefused
from fleuve.tasks.forms import TaskForm
from fleuve.tasks.panels import grouped, shown_tasks
from fleuve.tasks.queries import (
    SCOPES,
    TaskFound,
    may_change_task,
    open_tasks,
    task_counts,
    task_found,
    tasks_of_customer,
)
from fleuve.tasks.rules import reminder_of
from fleuve.tasks.views.places import back_from
from fleuve.ui.panels import customer_head
from fleuve.ui.tables import Tab
from fleuve.ui.toasts import tell

__all__ = ["customer_tasks", "task", "tasks"]

# What another page may suggest, an alert for one, and how much of it.
_SUGGESTED: Final = {"title": 200, "detail": 1_000}


@guard("read")
@require_http_methods(["GET", "POST"])
def tasks(request: PrincipalRequest) -> HttpResponse:
    """What is to be done, by due day; a POST adds a task without a customer."""
    form = _form(request)
    if request.method == "POST" and form.is_valid() and _added(request, form, None):
        return back_from(request.POST.get("back", ""), request.principal)
    asked = request.GET.get("scope", "")
    scope = asked if asked in SCOPES else "mine"
    today = organisation().today(timezone.now())
    page = open_tasks(request.principal, scope, today=today, after=request.GET.get("after", ""))
    rows = shown_tasks(page.tasks, request.principal, today)
    context = {
        "scope": scope,
        "tabs": _tabs(),
        "groups": grouped(rows) if scope != "done" else [],
        "done": rows if scope == "done" else [],
        "counts": task_counts(request.principal, "mine", today),
        "next": urlencode({"scope": scope, "after": page.next}) if page.next else "",
        "form": form,
        "may_write": may(request.principal, "write"),
        "back": scope,
    }
    return render(request, "tasks/tasks_page.html", context, status=422 if form.errors else 200)


@guard("read")
@require_http_methods(["GET", "POST"])
def customer_tasks(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """The tasks about one customer; a POST adds one. ``title`` and ``detail`` of the address stand in the form."""
    head = customer_head(party_id, request.principal)
    if head is None:
        raise Http404(_("There is no such customer."))
    form = _form(request)
    if request.method == "POST" and form.is_valid() and _added(request, form, party_id):
        return back_from(f"customer:{party_id}", request.principal)
    today = organisation().today(timezone.now())
    context = {
        "head": head,
        "party_id": party_id,
        "tasks": shown_tasks(tasks_of_customer(party_id, request.principal, most=200), request.principal, today),
        "form": form,
        "may_write": may(request.principal, "write"),
        "back": f"customer:{party_id}",
    }
    return render(request, "tasks/customer_tasks.html", context, status=422 if form.errors else 200)


@guard("read")
@require_http_methods(["GET", "POST"])
def task(request: PrincipalRequest, task_id: int) -> HttpResponse:
    """One task; a POST changes it."""
    found = task_found(task_id, request.principal)
    if found is None:
        raise Http404(_("There is no such task. It may have been put into the trash."))
    form = TaskForm.shown(
        found.task, reminder_of(found.task.due_on, found.task.remind_at, organisation().zone), request.principal
    )
    theirs: dict[str, object] = {}
    if request.method == "POST":
        form = TaskForm(request.POST, principal=request.principal, keeps=found.task.assigned_id)
        if form.is_valid():
            try:
                version = form.cleaned_data["version"] or 0
                change_task(task_id=task_id, version=version, **form.answers(), by=request.principal, at=timezone.now())
            except TaskRefused as refusal:
                form.add_error(None, str(refusal))
            except EditedMeanwhile as meanwhile:
                theirs = meanwhile.theirs
                typed = {**form.cleaned_data, "version": meanwhile.version}
                form = TaskForm(initial=typed, principal=request.principal, keeps=found.task.assigned_id)
            else:
                tell(request, _("The task is saved."))
                return redirect("tasks:task", task_id)
    return _drawn(request, found, form, theirs)


def _drawn(request: PrincipalRequest, found: TaskFound, form: TaskForm, theirs: dict[str, object]) -> HttpResponse:
    today = organisation().today(timezone.now())
    context = {
        "shown": shown_tasks([found.task], request.principal, today)[0],
        "task": found.task,
        "head": customer_head(found.customer.party_id, request.principal) if found.customer else None,
        "form": form,
        "theirs": theirs,
        "may_change": may_change_task(found, request.principal),
        "back": f"customer:{found.customer.party_id}" if found.customer else "mine",
    }
    return render(request, "tasks/task_page.html", context, status=409 if theirs else 422 if form.errors else 200)


def _form(request: PrincipalRequest) -> TaskForm:
    if request.method == "POST":
        return TaskForm(request.POST, principal=request.principal)
    typed = {name: request.GET[name][:length] for name, length in _SUGGESTED.items() if name in request.GET}
    return TaskForm(principal=request.principal, initial={"assigned_id": request.principal.user_id, **typed})


def _added(request: PrincipalRequest, form: TaskForm, party_id: int | None) -> bool:
    try:
        task = add_task(party_id=party_id, **form.answers(), by=request.principal, at=timezone.now())
    except TaskRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    tell(request, _("The task is added."), undo_url=reverse("tasks:removal", args=[task.pk]))
    return True


def _tabs() -> list[Tab]:
    here = reverse("tasks:list")
    labels = {"mine": _("Mine"), "team": _("My team's"), "all": _("All that I see"), "done": _("Done")}
    return [Tab(scope, labels[scope], f"{here}?scope={scope}") for scope in SCOPES]
