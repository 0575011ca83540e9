"""The page *Value × loyalty*: which customers deserve which care."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.jobs.queries import live_job
from fleuve.kernel.principal import may
from fleuve.ui.toasts import tell
from fleuve.value.actions import move_borders, set_policy
from fleuve.value.queries import matrix
from fleuve.workspace.queries.matrix import matrix_page

__all__ = ["matrix_borders", "matrix_policy", "matrix_view"]


@guard("figures")
@require_GET
def matrix_view(request: PrincipalRequest) -> HttpResponse:
    """Customers by value and loyalty, and what is to be done with each of the four cells."""
    view = matrix(request.principal)
    context = {
        "page": matrix_page(view) if view else None,
        "job": live_job(request.principal, "value.place"),
        "may_configure": may(request.principal, "configure"),
    }
    return render(request, "workspace/matrix.html", context)


@guard("configure")
@require_POST
def matrix_policy(request: PrincipalRequest) -> HttpResponse:
    """Decide what is done with a cell; the list rows follow in the background."""
    changed = set_policy(
        cell=request.POST.get("cell", ""),
        policy=request.POST.get("policy", ""),
        by=request.principal,
        at=timezone.now(),
    )
    tell(request, _("Decided. The list of customers follows.") if changed else _("It was decided so already."))
    return redirect("workspace:matrix")


@guard("configure")
@require_POST
def matrix_borders(request: PrincipalRequest) -> HttpResponse:
    """Read off the data again where high value and high loyalty begin."""
    move_borders(by=request.principal, at=timezone.now())
    tell(request, _("The borders are read off the data again. Customers are placed anew."))
    return redirect("workspace:matrix")
