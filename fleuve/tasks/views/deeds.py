"""What is done to a task with one button: complete, reopen, into the trash and back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.guard import guard
from fleuve.tasks.actions import complete_task, remove_task, reopen_task, restore_task
from fleuve.tasks.errors import AlreadyDone
from fleuve.tasks.queries import task_found
from fleuve.tasks.views.places import back_from
from fleuve.ui.toasts import tell

__all__ = ["task_completion", "task_removal", "task_reopening", "task_restoration"]


@guard("write")
@require_POST
def task_completion(request: PrincipalRequest, task_id: int) -> HttpResponse:
    """The task is done; of two who say so the second reads who was first."""
    try:
        found = complete_task(task_id=task_id, by=request.principal, at=timezone.now())
    except AlreadyDone as done:
        tell(request, str(done), tone="info")
    else:
        undo = reverse("tasks:reopening", args=[task_id])
        tell(request, _("Done: %(task)s") % {"task": found.task.title}, undo_url=undo)
    return back_from(request.POST.get("back", ""), request.principal)


@guard("write")
@require_POST
def task_reopening(request: PrincipalRequest, task_id: int) -> HttpResponse:
    """The task is to be done again."""
    found = reopen_task(task_id=task_id, by=request.principal, at=timezone.now())
    tell(request, _("To be done again: %(task)s") % {"task": found.task.title})
    return redirect("tasks:task", task_id)


@guard("write")
@require_POST
def task_removal(request: PrincipalRequest, task_id: int) -> HttpResponse:
    """Put the task into the trash."""
    found = remove_task(task_id=task_id, by=request.principal, at=timezone.now())
    tell(request, _("The task is in the trash."), undo_url=reverse("tasks:restoration", args=[task_id]))
    place = f"customer:{found.customer.party_id}" if found.customer else "mine"
    return back_from(place, request.principal)


@guard("write")
@require_POST
def task_restoration(request: PrincipalRequest, task_id: int) -> HttpResponse:
    """Take the task back out of the trash."""
    if task_found(task_id, request.principal) is None:  # else it is back already
        restore_task(task_id=task_id, by=request.principal, at=timezone.now())
        tell(request, _("The task is back."))
    return redirect("tasks:task", task_id)
