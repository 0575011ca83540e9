"""Pages of alerts: the list, one alert with what stands behind it, how good they are, and what people do with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from fleuve.accounts.queries import colleagues, organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.alerts import forms
from fleuve.alerts.actions import assign_alert, judge_alert, set_alert_rate, snooze_alert
from fleuve.alerts.errors import AlertRefused
from fleuve.alerts.models import Alert, Run
from fleuve.alerts.queries import (
    SHOWN,
    alerts_page,
    chosen_rate_bp,
    how_good,
    latest_run,
    need_sentence,
    why_alert,
)
from fleuve.alerts.queries.words import snoozes
from fleuve.jobs.queries import live_job
from fleuve.kernel.guard import guard
from fleuve.kernel.principal import may
from fleuve.ui import formatting
from fleuve.ui.tables import Tab
from fleuve.ui.toasts import tell

__all__ = [
    "alert",
    "alerts",
    "assignment",
    "how_good_page",
    "postponement",
    "rate",
    "verdict",
    "verdict_withdrawn",
]


@guard("read")
@require_GET
def alerts(request: PrincipalRequest) -> HttpResponse:
    """Customers who left their own pattern, most money at stake first."""
    run = latest_run(request.principal)
    if run is None or run.state != Run.State.JUDGED:
        return _not_judged(request, run)
    shown = request.GET.get("show", "all")
    shown = shown if shown in SHOWN else "all"
    today = organisation().today(timezone.now())
    found = alerts_page(request.principal, today, shown, request.GET.get("at", ""))
    context = {
        "found": found,
        "run": run,
        "as_of": formatting.day(run.as_of),
        "tabs": _tabs(found.counts),
        "shown": shown,
        "snoozes": snoozes(today),
        "back": request.get_full_path(),
    }
    return render(request, "alerts/list.html", context)


@guard("read")
@require_GET
def alert(request: PrincipalRequest, alert_id: int) -> HttpResponse:
    """What one alert rests on, and what was done about it."""
    found = why_alert(alert_id, request.principal)
    if found is None:
        raise Http404(_("There is no such alert."))
    context = {
        "why": found,
        "line": found.line,
        "snoozes": snoozes(organisation().today(timezone.now())),
        "colleagues": colleagues(request.principal) if may(request.principal, "assign") else (),
        "back": request.path,
    }
    return render(request, "alerts/alert.html", context)


@guard("read")
@require_GET
def how_good_page(request: PrincipalRequest) -> HttpResponse:
    """The promised rate of false alarms, what past gaps say of it, what people judged, and simple rules beside."""
    run = latest_run(request.principal)
    if run is None or run.state != Run.State.JUDGED:
        return _not_judged(request, run)
    form = forms.RateForm(initial={"per_year": chosen_rate_bp() / 10_000})
    return _how_good(request, run, form)


@guard("configure")
@require_POST
def rate(request: PrincipalRequest) -> HttpResponse:
    """Set how many false alarms the house puts up with."""
    form = forms.RateForm(request.POST)
    run = latest_run(request.principal)
    if not form.is_valid():
        if run is None or run.state != Run.State.JUDGED:
            raise AlertRefused(_("Allow between 0.01 and 2 false alarms per customer and year."))
        return _how_good(request, run, form, status=400)
    changed = set_alert_rate(per_year_bp=form.per_year_bp, by=request.principal, at=timezone.now())
    tell(request, _("Everybody is judged anew.") if changed else _("It was set so already."))
    return redirect("alerts:how_good")


@guard("write")
@require_POST
def assignment(request: PrincipalRequest, alert_id: int) -> HttpResponse:
    """Give the alert to a colleague, take it, or give it to nobody."""
    _require_seen(request, alert_id)
    data = _read(forms.AssignmentForm(_told(request)))
    before = assign_alert(
        alert_id=alert_id, user_id=data["user"], version=data["version"], by=request.principal, at=timezone.now()
    )
    undo = {"user": before or ""}
    tell(request, _("Assigned.") if data["user"] else _("Given to nobody."), undo_url=_undo(request, undo))
    return _back(request, alert_id)


@guard("write")
@require_POST
def postponement(request: PrincipalRequest, alert_id: int) -> HttpResponse:
    """Put the alert off until a day, or show it again."""
    _require_seen(request, alert_id)
    data = _read(forms.PostponementForm(_told(request)))
    before = snooze_alert(
        alert_id=alert_id, until=data["until"], version=data["version"], by=request.principal, at=timezone.now()
    )
    undo = {"until": before.isoformat() if before else ""}
    said = _("Put off until %(day)s.") % {"day": formatting.day(data["until"])} if data["until"] else _("Shown again.")
    tell(request, said, undo_url=_undo(request, undo))
    return _back(request, alert_id)


@guard("write")
@require_POST
def verdict(request: PrincipalRequest, alert_id: int) -> HttpResponse:
    """Say whether the alert was right; it closes and is counted."""
    _require_seen(request, alert_id)
    data = _read(forms.VerdictForm(request.POST))
    judge_alert(
        alert_id=alert_id,
        verdict=data["verdict"],
        note=data["note"],
        version=data["version"],
        by=request.principal,
        at=timezone.now(),
    )
    tell(request, _("Judged and counted."), undo_url=reverse("alerts:verdict_withdrawn", args=[alert_id]))
    return _back(request, alert_id)


@guard("write")
@require_POST
def verdict_withdrawn(request: PrincipalRequest, alert_id: int) -> HttpResponse:
    """Take a judgement back."""
    judge_alert(alert_id=alert_id, verdict="", by=request.principal, at=timezone.now())
    tell(request, _("The judgement is taken back."))
    return _back(request, alert_id)


def _tabs(counts: dict[str, int]) -> list[Tab]:
    labels = {
        "all": pgettext("alerts", "All"),
        **{kind: str(label) for kind, label in Alert.Kind.choices},
        "mine": _("Mine"),
        "later": _("Put off"),
    }
    address = reverse("alerts:list")
    return [
        Tab(key, labels[key], f"{address}?show={key}", formatting.number(counts[key]) if counts.get(key) else "")
        for key in SHOWN
    ]


def _not_judged(request: PrincipalRequest, run: Run | None) -> HttpResponse:
    needs = [need_sentence(code) for code in run.needs] if run else []
    context = {"needs": needs, "has_run": run is not None, "job": live_job(request.principal, "alerts.judge")}
    return render(request, "alerts/not_judged.html", context)


def _how_good(request: PrincipalRequest, run: Run, form: forms.RateForm, status: int = 200) -> HttpResponse:
    context = {
        "page": how_good(run, request.principal),
        "form": form,
        "may_configure": may(request.principal, "configure"),
        "job": live_job(request.principal, "alerts.judge"),
    }
    return render(request, "alerts/how_good.html", context, status=status)


def _require_seen(request: PrincipalRequest, alert_id: int) -> None:
    """A number out of reach is missing before anything else is said about the form."""
    if not Alert.objects.visible_to(request.principal).filter(pk=alert_id).exists():
        raise Http404(_("There is no such alert."))


def _told(request: PrincipalRequest) -> QueryDict:
    """What the form says; the undo of a toast posts nothing and carries what was before in its address."""
    told = request.GET.copy()
    told.update(request.POST)
    return told


def _read(form: Form) -> dict[str, Any]:
    if not form.is_valid():
        raise AlertRefused(_("This could not be read. Go back and choose again."))
    return form.cleaned_data


def _undo(request: PrincipalRequest, before: Mapping[str, object]) -> str:
    return f"{request.path}?{urlencode(before)}"


def _back(request: PrincipalRequest, alert_id: int) -> HttpResponse:
    target = request.POST.get("back", "")
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return redirect(target)
    return redirect("alerts:alert", alert_id)
