"""Pages of the audit trail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fleuve.events.forms import AuditFilterForm
from fleuve.events.queries import actors_of_trail, audit_page, verify_seals
from fleuve.kernel.guard import guard
from fleuve.kernel.principal import Principal

__all__ = ["audit", "seals"]


@require_safe
@guard("operate")
def audit(request: HttpRequest) -> HttpResponseBase:
    """Who did what and when, newest first."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    form = AuditFilterForm(request.GET, actors=actors_of_trail(principal))
    before = request.GET.get("before", "")
    page = audit_page(
        principal,
        form.wanted(),
        timezone.get_current_timezone(),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
    )
    older = request.GET.copy()
    older["before"] = str(page.next_before)
    context = {"form": form, "page": page, "older": older.urlencode() if page.next_before else ""}
    return render(request, "events/audit.html", context)


@require_safe
@guard("operate")
def seals(request: HttpRequest) -> HttpResponseBase:
    """Whether the trail is as it was written: recomputes the whole chain, so it is a page of its own."""
    return render(request, "events/seals.html", {"verification": verify_seals()})
