"""The page *Retention*."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.kernel.principal import may
from fleuve.ui.toasts import tell
from fleuve.value.actions import set_house_rule
from fleuve.value.errors import ValueRefused
from fleuve.value.queries import retention
from fleuve.workspace.queries.retention import retention_page

__all__ = ["house_rule", "retention_view"]


@guard("figures")
@require_GET
def retention_view(request: PrincipalRequest) -> HttpResponse:
    """Who stays, who leaves, what it is worth."""
    view = retention(request.principal)
    if view.state != "valued":
        return render(request, "workspace/not_valued.html", {"view": view})
    context = {"page": retention_page(view), "may_configure": may(request.principal, "configure")}
    return render(request, "workspace/retention.html", context)


@guard("configure")
@require_POST
def house_rule(request: PrincipalRequest) -> HttpResponse:
    """Keep the usual gap of the house as given, or read it off the data again when nothing is given."""
    given = request.POST.get("days", "").strip()
    try:
        days = float(given) if given else None
    except ValueError as error:
        raise ValueRefused(_("Give the usual gap in days, from 1 to 730."), given=given[:20]) from error
    if set_house_rule(days=days, by=request.principal, at=timezone.now()):
        tell(request, _("Kept. Everyone is being valued anew."))
    return redirect("workspace:retention")
