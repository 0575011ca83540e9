"""One's own sessions: where one is signed in, and ending the others."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from fleuve.accounts.actions import end_visits
from fleuve.accounts.models import Visit
from fleuve.accounts.queries import visits_of
from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.rules import digest_of
from fleuve.kernel.guard import guard
from fleuve.ui.toasts import tell

__all__ = ["visit_end", "visit_ends", "visits"]


@guard("read")
@require_safe
def visits(request: PrincipalRequest) -> HttpResponseBase:
    """Where one is signed in, this browser marked."""
    lines = visits_of(
        request.user,
        request.principal,
        session_key=request.session.session_key or "",
        idle_seconds=settings.SESSION_IDLE_SECONDS,
        hard_seconds=settings.SESSION_HARD_SECONDS,
        now=timezone.now(),
    )
    others = sum(line.is_open and not line.is_here for line in lines)
    return render(request, "accounts/visits.html", {"lines": lines, "others": others})


@guard("read")
@require_POST
def visit_ends(request: PrincipalRequest) -> HttpResponseBase:
    """End every session of one's own but this one."""
    here = digest_of(request.session.session_key or "")
    return _ended(request, end_visits(user=request.user, keep=here, by=request.principal, at=timezone.now()))


@guard("read")
@require_POST
def visit_end(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """End one session of one's own."""
    own = Visit.objects.visible_to(request.principal).filter(user=request.user)
    found: Visit = get_object_or_404(own, pk=pk)
    return _ended(request, end_visits(user=request.user, only=found, by=request.principal, at=timezone.now()))


def _ended(request: PrincipalRequest, count: int) -> HttpResponseBase:
    tell(request, ngettext("%(count)s session is ended.", "%(count)s sessions are ended.", count) % {"count": count})
    return redirect("accounts:visits")
