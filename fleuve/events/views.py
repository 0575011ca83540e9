"""Pages of the audit trail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fleuve.events.forms import AuditFilterForm
from fleuve.events.queries import actors_of_trail, audit_page, taken_out, verify_seals
from fleuve.events.tabs import audit_tabs
from fleuve.kernel.guard import guard
from fleuve.kernel.principal import Principal

__all__ = ["audit", "exports", "seals"]

_RECENTLY: Final = timedelta(days=30)


@require_safe
@guard("audit")
def audit(request: HttpRequest) -> HttpResponseBase:
    """Who did what and when, newest first."""
    return _trail(request, is_export=False)


@require_safe
@guard("audit")
def exports(request: HttpRequest) -> HttpResponseBase:
    """What was taken out as a file: by whom, when, how many rows, with which filter."""
    return _trail(request, is_export=True)


def _trail(request: HttpRequest, *, is_export: bool) -> HttpResponseBase:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    form = AuditFilterForm(request.GET, actors=actors_of_trail(principal))
    before = request.GET.get("before", "")
    page = audit_page(
        principal,
        replace(form.wanted(), is_export=is_export),
        timezone.get_current_timezone(),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
    )
    older = request.GET.copy()
    older["before"] = str(page.next_before)
    context = {
        "form": form,
        "page": page,
        "older": older.urlencode() if page.next_before else "",
        "tabs": audit_tabs(),
        "is_export": is_export,
        "taken": taken_out(principal, timezone.now() - _RECENTLY) if is_export else (),
        "days": _RECENTLY.days,
    }
    return render(request, "events/audit.html", context)


@require_safe
@guard("audit")
def seals(request: HttpRequest) -> HttpResponseBase:
    """Whether the trail is as it was written: recomputes the whole chain, so it is a page of its own."""
    return render(request, "events/seals.html", {"verification": verify_seals()})
