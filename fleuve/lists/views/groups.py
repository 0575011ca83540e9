"""The list in groups: who is in them, what they add up to; a click on one is the list of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
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
from fleuve.lists.queries.views import view_choice

__all__ = ["groups"]

_LIST = "workspace:customers"


@guard("read")
@require_safe
def groups(request: PrincipalRequest) -> HttpResponse:
    """The customers of the address, grouped by one of their attributes."""
    asked, visible = asked_of(request.GET), registry.visible_to(request.principal)
    currency = organisation().currency or "EUR"
    offered, added = groupable(visible), summable(visible)
    wanted, sums = request.GET.get("group", ""), request.GET.getlist("sum")
    by = next((one for one in offered if one.key == wanted), offered[0])
    chosen = [one for one in added if one.key in sums][:MOST_SUMS]
    node, error = _filter(asked, visible, currency)
    place = GroupPlace(
        by=by,
        sums=tuple(chosen),
        principal=request.principal,
        attributes=visible,
        currency=currency,
        opened=lambda links: _opened(asked, links),
    )
    page, as_of = None, ""
    if not error:
        try:
            page, as_of = _grouped(request, asked, node, place)
        except FilterError as refused:  # it can be read and not be answered now
            error = str(refused)
    context = {
        "asked": asked,
        "page": page,
        "error": error,
        "as_of": as_of,
        "reach": said_reach(request.principal),
        "sentence": "" if node == EVERYTHING else describe(node, visible, currency=currency),
        "tab": PRESETS[asked.preset][0] if asked.preset in PRESETS and asked.preset != "all" else "",
        "by": by,
        "offered": _under_headings(offered),
        "added": added,
        "chosen": chosen,
        "most_sums": MOST_SUMS,
        "list_url": asked.address_of(_LIST, group="", sum=""),
        "filter_url": asked.address_of("lists:filter"),
        "saved": view_choice(
            request.principal,
            request.GET.get("view", ""),
            preset_filter(asked.preset, node),
            visible,
            currency,
            [(name, value) for name, value in asked.carried if name not in ("view", "show", "group")]
            + [("group", by.key)],
        ),
        "kept": [(name, value) for name, value in asked.carried if name not in ("group", "sum", "sort")],
    }
    return render(request, "lists/groups.html", context)


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


def _opened(asked: Asked, links: Sequence[str]) -> str:
    """The list of a group: its condition beside those in force."""
    return asked.address_of(_LIST, [*asked.links, *links], group="", sum="", sort="", view="")


def _under_headings(offered: Sequence[Attribute]) -> list[tuple[str, list[Attribute]]]:
    found: dict[str, list[Attribute]] = {}
    for one in offered:
        found.setdefault(str(one.group or _("Relationship")), []).append(one)
    return list(found.items())
