"""Pages about background work: the list, one job, its progress, and the two ways to steer it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fleuve.jobs.actions.cancel_job import cancel_job
from fleuve.jobs.actions.retry_job import retry_job
from fleuve.jobs.models import Job
from fleuve.jobs.queries import JobPage, JobState, job_page, job_state
from fleuve.kernel.guard import guard
from fleuve.kernel.principal import Principal

__all__ = ["job_cancellation", "job_detail", "job_list", "job_progress", "job_retry"]


@dataclass(frozen=True)
class _Tab:
    key: str
    label: str
    url: str
    count: str = ""


@require_safe
@guard("read")
def job_list(request: HttpRequest) -> HttpResponseBase:
    """What is waiting, running, done or failed; newest first."""
    page = job_page(_principal(request), state=request.GET.get("state", ""), before=_whole(request.GET.get("before")))
    older = urlencode({"state": page.state, "before": page.next_before}) if page.next_before else ""
    return render(request, "jobs/list.html", {"page": page, "tabs": _tabs(page), "older": older})


def _tabs(page: JobPage) -> list[_Tab]:
    here = reverse("jobs:list")
    some = [
        _Tab(str(state), str(state.label), f"{here}?state={state}", str(page.counts[state] or ""))
        for state in Job.State
    ]
    return [_Tab("", _("All"), here), *some]


@require_safe
@guard("read")
def job_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One job: how far it is, who asked, what went wrong."""
    return render(request, "jobs/detail.html", {"job": _state(request, pk)})


@require_safe
@guard("read")
def job_progress(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The progress card alone, which asks for itself again while the job lives."""
    return render(request, "jobs/progress.html", {"job": _state(request, pk)})


@require_POST
@guard("read")
def job_cancellation(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Cancel; the action refuses who neither operates nor asked for the job."""
    job = _job(request, pk)
    cancel_job(job, by=_principal(request), at=timezone.now())
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)  # the progress card shows it at its next look
    messages.success(request, _("This work stops at its next safe place."))
    return redirect("jobs:detail", pk)


@require_POST
@guard("read")
def job_retry(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Retry a failed or cancelled job."""
    job = _job(request, pk)
    retry_job(job, by=_principal(request), at=timezone.now())
    messages.success(request, _("This work waits for its turn again."))
    return redirect("jobs:detail", pk)


def _principal(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


def _job(request: HttpRequest, pk: int) -> Job:
    job = Job.objects.visible_to(_principal(request)).filter(pk=pk).first()
    if job is None:
        raise Http404
    return job


def _state(request: HttpRequest, pk: int) -> JobState:
    state = job_state(pk, _principal(request))
    if state is None:
        raise Http404
    return state


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
