"""One panel: a fragment for the page it stands on, a page of its own without scripts."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fleuve.kernel.guard import guard
from fleuve.kernel.principal import Principal, require
from fleuve.ui.context import principal_of
from fleuve.ui.panels import CustomerHead, Panel, PanelAsk, customer_head, panel_named

__all__ = ["panel"]

_LONGEST_ID = 19


@require_safe
@guard("read")
def panel(request: HttpRequest, key: str) -> HttpResponse:
    """A panel by its key, about the customer in ``party`` when it stands on a customer's page."""
    found = panel_named(key)
    if found is None:
        raise Http404(_("There is no such panel."))
    principal = principal_of(request)
    require(principal, found.verb)
    head, party_id = _customer(request, found, principal)
    values = found.provider(PanelAsk(principal, timezone.now(), party_id))
    # Nothing to show is an empty answer, not 204: on 204 htmx leaves the waiting title where it is.
    body = "" if values is None else render_to_string(found.template, dict(values), request)
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(body)
    else:
        response = render(request, "ui/panel_page.html", {"panel": found, "head": head, "body": body})
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["HX-Request"])
    return response


def _customer(request: HttpRequest, found: Panel, principal: Principal) -> tuple[CustomerHead | None, int | None]:
    if not found.is_about_a_customer:
        return None, None
    asked = request.GET.get("party", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) <= _LONGEST_ID
    head = customer_head(int(asked), principal) if is_number else None
    if head is None:
        raise Http404(_("There is no such customer."))
    return head, int(asked)
