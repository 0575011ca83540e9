"""The list of customers and its export."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from fleuve.accounts.queries import organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.attributes import from_link, registry
from fleuve.attributes.bar import read_bar
from fleuve.kernel.principal import may
from fleuve.ui.sheets import sheet_response
from fleuve.ui.tables import Sort, Table
from fleuve.workspace.actions import export_customers
from fleuve.workspace.queries.customers import COLUMNS, customer_page, customers_where, preset_filter

__all__ = ["customers", "customers_export", "slipping"]


@guard("read")
@require_GET
def customers(request: PrincipalRequest) -> HttpResponse:
    """Who they are: filtered by a tab, chips and words; sorted; paged."""
    place = organisation()
    preset = request.GET.get("show", "all")
    words = request.GET.get("q", "")
    visible = registry.visible_to(request.principal)
    bar = read_bar(request.GET, request.path, visible, currency=place.currency)
    if bar.settled_url:
        return redirect(bar.settled_url)
    cards = customers_where(preset_filter(preset, bar.node), words, request.principal, timezone.now())
    sort = Sort.parse(request.GET.get("sort"), COLUMNS, default="name" if words else "-at_stake")
    found = customer_page(
        cards,
        sort=sort,
        cursor=request.GET.get("at", ""),
        currency=place.currency or "EUR",
        links=bar.links,
        words=words,
    )
    table = Table(
        id="customers",
        caption=_("Customers"),
        columns=COLUMNS,
        rows=found.rows,
        sort=sort,
        page=found.page,
        empty_title=_("Nobody matches"),
        empty_text=_("Take a filter away, or look under another tab."),
    )
    context = {"table": table, "found": found, "preset": preset, "words": words, "bar": bar}
    context["may_export"] = may(request.principal, "export")
    return render(request, "workspace/customers.html", context | {"export_query": request.GET.urlencode()})


@guard("read")
@require_GET
def slipping(request: HttpRequest) -> HttpResponse:
    """The tab of customers who are slipping away, by its own short address."""
    return redirect("/customers/?show=slipping")


@guard("export")
@require_GET
def customers_export(request: PrincipalRequest) -> HttpResponseBase:
    """Everyone that the list shows, as a file. Refused contact details stay in unless they are asked for by name."""
    visible = registry.visible_to(request.principal)
    chosen = from_link(request.GET.getlist("f"), visible, currency=organisation().currency)
    node = preset_filter(request.GET.get("show", "all"), chosen)
    now = timezone.now()
    cards = customers_where(node, request.GET.get("q", ""), request.principal, now)
    exported = export_customers(
        cards=cards, with_refused=request.GET.get("refused") == "yes", by=request.principal, at=now
    )
    return sheet_response(request.GET.get("form", "csv"), "customers", exported.header, exported.rows)
