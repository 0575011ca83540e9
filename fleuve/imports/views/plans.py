"""Scheduled imports: the list, a new one, one of them."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fleuve.accounts.requests import PrincipalRequest
from fleuve.imports.actions import (
    add_plan,
    change_plan,
    pause_plan,
    remove_plan,
    restore_plan,
    resume_plan,
    run_plan_now,
)
from fleuve.imports.errors import ImportsError
from fleuve.imports.forms import PlanForm
from fleuve.imports.models import Import, Plan
from fleuve.imports.pages.plans import files_of, known_sources, plan_line, plan_lines
from fleuve.jobs.queries import job_state
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.guard import guard
from fleuve.ui.toasts import tell

__all__ = ["plan", "plan_new", "plan_removal", "plan_restoration", "plan_run", "plan_state", "plans"]

_METHODS = ["GET", "HEAD", "POST"]


@guard("import")
@require_safe
def plans(request: PrincipalRequest) -> HttpResponse:
    """Which files come by themselves."""
    lines = plan_lines(request.principal, timezone.now())
    waiting = sum(line.plan.state == Plan.State.WAITING for line in lines)
    running = sum(line.plan.state == Plan.State.ON for line in lines)
    return render(request, "imports/plans.html", {"lines": lines, "running": running, "waiting": waiting})


@guard("import")
@require_http_methods(_METHODS)
def plan_new(request: PrincipalRequest) -> HttpResponse:
    """Make a plan."""
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_plan(
                wish=form.wish(), allows_http=settings.FLEUVE_OUTBOUND_HTTP, by=request.principal, at=timezone.now()
            )
        except ImportsError as refused:
            form.refuse(refused)
        else:
            return redirect("imports:plan", made.pk)
    context = {"form": form, "sources": known_sources(request.principal)}
    return render(request, "imports/plan_new.html", context, status=422 if form.errors else 200)


@guard("import")
@require_http_methods(_METHODS)
def plan(request: PrincipalRequest, pk: int) -> HttpResponse:
    """One plan: its last run, its files, its settings; a POST saves them."""
    found = _found(request, pk)
    form = PlanForm(request.POST if request.method == "POST" else None, initial=PlanForm.held_by(found))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            change_plan(
                plan=found, wish=form.wish(), version=form.cleaned_data["version"] or 0,
                allows_http=settings.FLEUVE_OUTBOUND_HTTP, by=request.principal, at=timezone.now(),
            )  # fmt: skip
        except EditedMeanwhile as refused:
            form, refusal = PlanForm(initial=PlanForm.held_by(found)), str(refused)
        except ImportsError as refused:
            form.refuse(refused)
        else:
            tell(request, _("Saved."))
            return redirect("imports:plan", found.pk)
    return _page(request, found, form, refusal)


def _page(request: PrincipalRequest, found: Plan, form: PlanForm, refusal: str) -> HttpResponse:
    job = job_state(found.job_id, request.principal) if found.job_id else None
    files = files_of(found, request.principal)
    context = {
        "line": plan_line(found, timezone.now()),
        "form": form,
        "sources": known_sources(request.principal),
        "files": files,
        "undecided": next((one for one in files if one.state in _UNDECIDED), None),
        "job": job if job is not None and job.is_live else None,
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "imports/plan.html", context, status=status)


_UNDECIDED = (Import.State.LOOKED_AT, Import.State.CHECKED)


@guard("import")
@require_POST
def plan_run(request: PrincipalRequest, pk: int) -> HttpResponse:
    """Look for its file now."""
    found = _found(request, pk)
    try:
        run_plan_now(plan=found, by=request.principal, at=timezone.now())
    except ImportsError as refused:
        tell(request, str(refused), tone="bad")
    return redirect("imports:plan", found.pk)


@guard("import")
@require_POST
def plan_state(request: PrincipalRequest, pk: int) -> HttpResponse:
    """Switch it: ``state=on``, or anything else for paused."""
    found = _found(request, pk)
    at = timezone.now()
    if request.POST.get("state") == "on":
        try:
            resume_plan(plan=found, by=request.principal, at=at)
        except ImportsError as refused:
            tell(request, str(refused), tone="bad")
    else:
        pause_plan(plan=found, by=request.principal, at=at)
    return redirect("imports:plan", found.pk)


@guard("import")
@require_POST
def plan_removal(request: PrincipalRequest, pk: int) -> HttpResponse:
    """Into the trash."""
    found = _found(request, pk)
    remove_plan(plan=found, by=request.principal, at=timezone.now())
    tell(request, _("“%(name)s” is in the trash.") % {"name": found.name})
    return redirect("imports:plans")


@guard("import")
@require_POST
def plan_restoration(request: PrincipalRequest, pk: int) -> HttpResponse:
    """Out of the trash."""
    removed = Plan.objects.visible_to(request.principal).exclude(removed_at=None)
    found = get_object_or_404(removed, pk=pk)
    try:
        restore_plan(plan=found, by=request.principal, at=timezone.now())
    except ImportsError as refused:
        tell(request, str(refused), tone="bad")
        return redirect("imports:plans")
    return redirect("imports:plan", found.pk)


def _found(request: PrincipalRequest, pk: int) -> Plan:
    found: Plan = get_object_or_404(
        Plan.objects.visible_to(request.principal).standing().select_related("source"), pk=pk
    )
    return found
