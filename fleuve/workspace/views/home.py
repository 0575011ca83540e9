"""The front door: where to begin, or the portfolio."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.alerts.queries import has_alerts
from fleuve.kernel.principal import may
from fleuve.touchpoints.models import Purchase
from fleuve.workspace.queries.settings import settings_entries

__all__ = ["home", "settings", "start"]


@guard("read")
@require_GET
def home(request: PrincipalRequest) -> HttpResponse:
    """Today once there are alerts, else the portfolio or the customers; before any purchase, where to begin."""
    if has_alerts(request.principal):
        return redirect("workspace:today")
    if not Purchase.objects.visible_to(request.principal).exists():
        return redirect("workspace:start")
    return redirect("workspace:portfolio" if may(request.principal, "figures") else "workspace:customers")


@guard("read")
@require_GET
def start(request: PrincipalRequest) -> HttpResponse:
    """Two doors: a file of one's own, or the example."""
    return render(request, "workspace/start.html", {"may_import": may(request.principal, "import")})


@guard("read")
@require_GET
def settings(request: PrincipalRequest) -> HttpResponse:
    """Everything that can be set, by what one wants to do."""
    return render(request, "workspace/settings.html", {"entries": settings_entries(request.principal)})
