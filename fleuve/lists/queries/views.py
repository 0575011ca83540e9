"""Saved views as the list of customers offers them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from fleuve.attributes import Node, Registry, parse, to_link
from fleuve.kernel.principal import Principal, may
from fleuve.lists.models import View

__all__ = ["SavedView", "ViewChoice", "address_of", "view_choice"]


@dataclass(frozen=True)
class SavedView:
    """A view among those offered; ``whose`` names who shared it, ``removal_url`` is empty for who may not remove it."""

    name: str
    url: str
    whose: str
    is_current: bool
    removal_url: str


@dataclass(frozen=True)
class ViewChoice:
    """The views to choose from, and what saving the present list carries along."""

    views: tuple[SavedView, ...]
    kept: tuple[tuple[str, str], ...]
    may_save: bool
    may_share: bool


def view_choice(
    principal: Principal,
    current: str,
    node: Node,
    attributes: Registry,
    currency: str,
    others: Sequence[tuple[str, str]],
) -> ViewChoice:
    """The views that the principal finds, their own first; ``others`` is what the address carries beside the filter."""
    found = View.objects.visible_to(principal).order_by("name_folded", "id")
    mine = principal.user_id
    views = sorted(found, key=lambda view: view.owner_user_id != mine)
    return ViewChoice(
        views=tuple(_offered(view, principal, current) for view in views),
        kept=(*(("f", one) for one in to_link(node, attributes, currency=currency)), *others),
        may_save=mine is not None,
        may_share=may(principal, "assign"),
    )


def address_of(view: View, attributes: Registry, currency: str) -> str:
    """The list, or the groups, that the view stands for. Raises ``FilterError`` when it asks for what is gone."""
    node = parse(view.filter, attributes)
    query: dict[str, object] = {"view": view.pk, "f": to_link(node, attributes, currency=currency)}
    query |= {"q": view.words} if view.words else {}
    query |= {"cols": view.columns} if view.columns else {}
    query |= {"sort": view.sort} if view.sort else {}
    query |= {"density": view.density} if view.density else {}
    query |= {"group": view.group_by, "sum": view.sums} if view.group_by else {}
    page = "lists:groups" if view.group_by else "workspace:customers"
    return f"{reverse(page)}?{urlencode(query, doseq=True, safe=':|,()')}"


def _offered(view: View, principal: Principal, current: str) -> SavedView:
    is_own = view.owner_user_id == principal.user_id
    may_remove = is_own or may(principal, "assign")
    return SavedView(
        name=view.name,
        url=reverse("lists:view", args=[view.pk]),
        whose="" if is_own else _("shared by %(name)s") % {"name": view.by_label},
        is_current=str(view.pk) == current,
        removal_url=reverse("lists:view_removal", args=[view.pk]) if may_remove else "",
    )
