"""The page *Today*: what needs me, panel by panel."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.ui.panels import PanelAsk, panels_at
from fleuve.workspace.queries.today import today_page

__all__ = ["today"]


@guard("read")
@require_GET
def today(request: PrincipalRequest) -> HttpResponse:
    """Alerts by money at stake, tasks, and what changed since yesterday."""
    ask = PanelAsk(request.principal, timezone.now())
    context = {
        "page": today_page(request.principal, ask.now),
        "main_panels": panels_at("today.main", ask),
        "side_panels": panels_at("today.side", ask),
    }
    return render(request, "workspace/today.html", context)
