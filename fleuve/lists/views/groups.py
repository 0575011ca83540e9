"""The list in groups: who is in them, what they add up to; a click on one is the list of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fleuve.accounts.queries import organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.attributes import EVERYTHING, FilterError, Node, Registry, describe, from_link, registry
from fleuve.attributes.registry import Attribute
from fleuve.kernel.guard import guard
from fleuve.lists.mirror.reading import opened
from fleuve.lists.queries.asked import Asked, asked_of
from fleuve.lists.queries.groups import MOST_SUMS, GroupPage, GroupPlace, group_page, groupable, summable
from fleuve.lists.queries.matching import said_as_of, said_reach
from fleuve.lists.queries.presets import PRESETS, preset_filter
from fleuve.lists.queries.views import ViewChoice, view_choice

__all__ = ["groups"]

_LIST = "workspace:customers"


@guard("read")
@require_safe
def groups(request: PrincipalRequest) -> HttpResponse:
    """The customers of the address, grouped by one of their attributes."""
    asked, visible = asked_of(request.GET), registry.visible_to(request.principal)
    place = _place(request, asked, visible)
    node, error = _filter(asked, visible, place.currency)
    page, as_of = None, ""
    if not error:
        try:
            page, as_of = _grouped(request, asked, node, place)
        except FilterError as refused:  # it can be read and not be answered now
            error = str(refused)
    context = _offered(asked, place) | {
        "page": page,
        "error": error,
        "as_of": as_of,
        "reach": said_reach(request.principal),
        "sentence": "" if node == EVERYTHING else describe(node, visible, currency=place.currency),
        "saved": _views(request, asked, node, place),
    }
    return render(request, "lists/groups.html", context)


def _place(request: PrincipalRequest, asked: Asked, visible: Registry) -> GroupPlace:
    """What is grouped and added up: what was asked for, as far as it groups and adds up."""
    wanted, sums = request.GET.get("group", ""), request.GET.getlist("sum")
    offered = groupable(visible)
    if not offered:
        raise Http404(_("There is nothing here that customers are grouped by."))
    return GroupPlace(
        by=next((one for one in offered if one.key == wanted), offered[0]),
        sums=tuple(one for one in summable(visible) if one.key in sums)[:MOST_SUMS],
        principal=request.principal,
        attributes=visible,
        currency=organisation().currency or "EUR",
        opened=lambda links: asked.address_of(_LIST, [*asked.links, *links], group="", sum="", sort="", view=""),
    )


def _offered(asked: Asked, place: GroupPlace) -> dict[str, object]:
    """What else may be chosen on the page, and where it leads."""
    has_tab = asked.preset in PRESETS and asked.preset != "all"
    return {
        "asked": asked,
        "by": place.by,
        "offered": _under_headings(groupable(place.attributes)),
        "added": summable(place.attributes),
        "chosen": place.sums,
        "most_sums": MOST_SUMS,
        "tab": PRESETS[asked.preset][0] if has_tab else "",
        "list_url": asked.address_of(_LIST, group="", sum=""),
        "filter_url": asked.address_of("lists:filter"),
        "kept": [(name, value) for name, value in asked.carried if name not in ("group", "sum", "sort")],
    }


def _views(request: PrincipalRequest, asked: Asked, node: Node, place: GroupPlace) -> ViewChoice:
    others = [(name, value) for name, value in asked.carried if name not in ("view", "show", "group")]
    whole = preset_filter(asked.preset, node)
    current = request.GET.get("view", "")
    return view_choice(
        request.principal, current, whole, place.attributes, place.currency, [*others, ("group", place.by.key)]
    )


def _grouped(request: PrincipalRequest, asked: Asked, node: Node, place: GroupPlace) -> tuple[GroupPage, str]:
    whole = preset_filter(asked.preset, node)
    with opened(request.principal, timezone.now(), place.attributes) as view:
        found = view.groups(whole, asked.words, place.by.key, [one.key for one in place.sums])
        as_of = said_as_of(view.as_of, whole)
    return group_page(found, place, request.GET.get("sort", "")), as_of


def _filter(asked: Asked, visible: Registry, currency: str) -> tuple[Node, str]:
    try:
        return from_link(asked.links, visible, currency=currency), ""
    except FilterError as refused:
        return EVERYTHING, str(refused)


def _under_headings(offered: Sequence[Attribute]) -> list[tuple[str, list[Attribute]]]:
    found: dict[str, list[Attribute]] = {}
    for one in offered:
        found.setdefault(str(one.group or _("Relationship")), []).append(one)
    return list(found.items())
