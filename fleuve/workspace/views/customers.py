"""The list of customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from fleuve.accounts.queries import organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.attributes import EVERYTHING, Node, Registry, registry
from fleuve.attributes.bar import FilterBar, read_bar
from fleuve.attributes.errors import FilterError
from fleuve.kernel.principal import Principal, may
from fleuve.lists.mirror.reading import opened
from fleuve.lists.queries.asked import asked_of
from fleuve.lists.queries.columns import column_choice
from fleuve.lists.queries.presets import preset_filter
from fleuve.lists.queries.views import ViewChoice, view_choice
from fleuve.lists.queries.ways import ways_of
from fleuve.ui.tables import BulkAction, Column, Sort, Table
from fleuve.workspace.queries.customers import (
    CustomerPage,
    Place,
    columns_of,
    customer_page,
    offered_columns,
)

__all__ = ["customers", "slipping"]


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
    columns = columns_of(request.GET.getlist("cols"), visible)
    sort = Sort.parse(request.GET.get("sort"), columns, default="name" if words else _usual_sort(columns))
    here = Place(request.principal, visible, place.currency or "EUR")
    try:
        found = _found(request, here, bar, columns, sort)
    except FilterError as refused:  # it can be read and not be answered now
        bar = replace(bar, node=EVERYTHING, error=str(refused))
        found = _found(request, here, bar, columns, sort)
    table = _table(request, columns, found, sort)
    context = {
        "table": table,
        "found": found,
        "preset": preset,
        "words": words,
        "bar": bar,
        "choice": column_choice(offered_columns(visible), [one.key for one in columns], request.GET, request.path),
        "saved": _saved(request, preset_filter(preset, bar.node), visible, place.currency),
        "ways": ways_of(request.GET, bar.node, visible, place.currency),
        "may_write": may(request.principal, "write"),
        "may_bulk": bool(table.bulk) and bool(table.rows),
        "may_export": may(request.principal, "export"),
        "may_take_refused": may(request.principal, "personal"),
        "export_kept": [*asked_of(request.GET).carried, *(("f", link) for link in bar.links)],
        "export_query": request.GET.urlencode(),
    }
    return render(request, "workspace/customers.html", context)


def _table(request: PrincipalRequest, columns: tuple[Column, ...], found: CustomerPage, sort: Sort) -> Table:
    return Table(
        id="customers",
        caption=_("Customers"),
        columns=columns,
        rows=found.rows,
        sort=sort,
        page=found.page,
        empty_title=_("Nobody matches"),
        empty_text=_("Take a filter away, or look under another tab."),
        empty_action=_("Back to the page before") if found.page.previous else "",
        empty_url=_page_at(request, found.page.previous) if found.page.previous else "",
        density=asked_of(request.GET).density,
        bulk=_bulk_actions(request.principal),
    )


def _saved(request: PrincipalRequest, node: Node, attributes: Registry, currency: str) -> ViewChoice:
    carried = [(name, value) for name, value in asked_of(request.GET).carried if name not in ("view", "show")]
    return view_choice(request.principal, request.GET.get("view", ""), node, attributes, currency, carried)


def _bulk_actions(principal: Principal) -> tuple[BulkAction, ...]:
    """What may be done to the rows that are ticked."""
    if not may(principal, "bulk"):
        return ()
    return (BulkAction(_("Change the chosen"), reverse("lists:bulk_new"), icon="pencil"),)


def _found(
    request: PrincipalRequest, place: Place, bar: FilterBar, columns: Sequence[Column], sort: Sort
) -> CustomerPage:
    with opened(place.principal, timezone.now(), place.attributes) as view:
        return customer_page(
            view,
            preset_filter(request.GET.get("show", "all"), bar.node),
            request.GET.get("q", ""),
            columns,
            place,
            sort=sort,
            cursor=request.GET.get("at", ""),
            links=bar.links,
        )


def _page_at(request: PrincipalRequest, cursor: str) -> str:
    query = request.GET.copy()
    query["at"] = cursor
    return f"{request.path}?{query.urlencode(safe=':|,()')}"


def _usual_sort(columns: Sequence[Column]) -> str:
    """Money at risk first, as long as it is shown."""
    return "-at_stake" if any(column.key == "at_stake" for column in columns) else "name"


@guard("read")
@require_GET
def slipping(request: HttpRequest) -> HttpResponse:
    """The tab of customers who are slipping away, by its own short address."""
    return redirect("/customers/?show=slipping")
