"""The page *Portfolio*, its list to call first, the marks on it and its export."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from fleuve.accounts.queries import organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.jobs.queries import live_job
from fleuve.kernel.principal import may
from fleuve.ui.sheets import sheet_response
from fleuve.ui.toasts import tell
from fleuve.value.actions import mark_call, undo_call_mark
from fleuve.value.queries import call_list, portfolio
from fleuve.workspace.actions import export_call_list
from fleuve.workspace.queries.call_list import call_page
from fleuve.workspace.queries.honesty import honesty_page
from fleuve.workspace.queries.portfolio import portfolio_page

__all__ = ["call_list_export", "call_mark", "call_mark_undone", "portfolio_view"]

_FIRST = 10


@guard("figures")
@require_GET
def portfolio_view(request: PrincipalRequest) -> HttpResponse:
    """What the customers are worth, whether it grows, and whom to call first."""
    view = portfolio(request.principal)
    if view.state != "valued" or view.headline is None:
        return render(
            request, "workspace/not_valued.html", {"view": view, "job": live_job(request.principal, "value.revalue")}
        )
    show_all = request.GET.get("calls") == "all"
    calls = call_list(request.principal, limit=500 if show_all else _FIRST)
    context = {
        "page": portfolio_page(view),
        "calls": call_page(calls),
        "shows_all": show_all,
        "honesty": honesty_page(view.honesty, view.headline.currency) if view.honesty else None,
        "is_being_computed": view.is_being_computed,
        "may_mark": may(request.principal, "write"),
        "may_export": may(request.principal, "export"),
    }
    return render(request, "workspace/portfolio.html", context)


@guard("write")
@require_POST
def call_mark(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """Mark a customer of the list: called, not now, or wrongly listed."""
    mark = mark_call(
        party_id=party_id, outcome=request.POST.get("outcome", ""), by=request.principal, at=timezone.now()
    )
    tell(request, _("Marked."), undo_url=reverse("workspace:call_mark_undone", args=[mark.pk]))
    return _back(request)


@guard("write")
@require_POST
def call_mark_undone(request: PrincipalRequest, interaction_id: int) -> HttpResponse:
    """Take a mark back."""
    undo_call_mark(interaction_id=interaction_id, by=request.principal, at=timezone.now())
    tell(request, _("The mark is taken back."))
    return _back(request)


@guard("export")
@require_GET
def call_list_export(request: PrincipalRequest) -> HttpResponseBase:
    """The whole list to call as a file; those who refuse to be called are not in it."""
    form = "xlsx" if request.GET.get("form") == "xlsx" else "csv"
    exported = export_call_list(form=form, by=request.principal, at=timezone.now())
    name = f"to-call-first-{organisation().today(timezone.now()).isoformat()}"
    return sheet_response(form, name, exported.header, exported.rows)


def _back(request: PrincipalRequest) -> HttpResponse:
    target = request.POST.get("back", "")
    if target.startswith("/customers/") and "//" not in target:
        return redirect(target)
    return redirect(reverse("workspace:portfolio") + "#to-call-first")
