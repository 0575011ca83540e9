"""Who saw whom: a part of the audit trail, and a panel on the page of a customer."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fleuve.accounts.queries.viewings import (
    SeenFilter,
    customers_called,
    latest_viewings,
    people_who_look,
    seen_page,
)
from fleuve.accounts.requests import PrincipalRequest
from fleuve.events.tabs import audit_tabs
from fleuve.kernel.guard import guard
from fleuve.ui.panels import PanelAsk

__all__ = ["seen", "viewings_panel"]

_LONGEST_ID = 19


@guard("audit")
@require_safe
def seen(request: PrincipalRequest) -> HttpResponseBase:
    """Who opened which customer on which day, of one person or one customer when asked."""
    typed = request.GET.get("customer", "").strip()[:200]
    party_id = _number(typed)
    choices = customers_called(typed, request.principal) if typed and party_id is None else ()
    if len(choices) == 1:
        party_id, choices = choices[0][0], ()
    is_open = party_id is not None or not typed
    wanted = SeenFilter(_number(request.GET.get("person", "")), party_id)
    page = seen_page(request.principal, wanted, _number(request.GET.get("before", ""))) if is_open else None
    older = request.GET.copy()
    older["before"] = str(page.next_before) if page else ""
    context = {
        "page": page,
        "choices": choices,
        "people": people_who_look(request.principal),
        "person": request.GET.get("person", ""),
        "customer": page.customer.title if page and page.customer else typed,
        "older": older.urlencode() if page and page.next_before else "",
        "tabs": audit_tabs(),
    }
    return render(request, "accounts/seen.html", context)


def viewings_panel(ask: PanelAsk) -> Mapping[str, object] | None:
    """Who opened this customer last, for whoever audits."""
    return {"rows": latest_viewings(ask.party_id or 0, ask.principal), "party_id": ask.party_id}


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID
    return int(text) if is_number and int(text) < 2**63 else None
