"""Panels: what modules show on a page that is not theirs.

A page names a place; whoever has something to say there registers a panel in ``apps.ready``. A lazy panel is fetched by
one request of its own once the page stands, so that no page grows slower with each module; without scripts its title
leads to the same panel as a page. A panel about a customer is asked only after the registered door let the principal
see that customer: a provider may read by ``party_id`` without asking again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from fleuve.kernel.principal import Principal, may
from fleuve.ui.registry import Text

__all__ = [
    "PLACES",
    "CustomerHead",
    "Panel",
    "PanelAsk",
    "ShownPanel",
    "customer_head",
    "panel_anchor",
    "panel_named",
    "panels_at",
    "register_customer_door",
    "register_panel",
]

PLACES: Final = ("customer.main", "customer.side", "today.main", "today.side", "settings")


@dataclass(frozen=True)
class PanelAsk:
    """Who asks a panel for what it shows, when, and about which customer."""

    principal: Principal
    now: datetime
    party_id: int | None = None


@dataclass(frozen=True)
class CustomerHead:
    """The customer that a panel stands under: what its page is called and where it is."""

    name: str
    url: str


Provider = Callable[[PanelAsk], Mapping[str, object] | None]
CustomerDoor = Callable[[int, Principal], CustomerHead | None]


@dataclass(frozen=True)
class Panel:
    """A registered panel. Its template draws whole sections, headings included."""

    key: str
    place: str
    order: int
    provider: Provider
    template: str
    verb: str
    is_lazy: bool
    title: Text

    @property
    def is_about_a_customer(self) -> bool:
        """Whether it needs a customer to be asked."""
        return self.place.startswith("customer.")


@dataclass(frozen=True)
class ShownPanel:
    """A panel as one page draws it: what its provider said, or the address where it waits."""

    panel: Panel
    values: Mapping[str, object]
    url: str

    @property
    def anchor(self) -> str:
        """Its place in the page, for links that lead back to it."""
        return panel_anchor(self.panel.key)


_panels: dict[str, Panel] = {}
_door: dict[str, CustomerDoor] = {}


def register_panel(
    key: str,
    place: str,
    order: int,
    provider: Provider,
    template: str,
    verb: str = "read",
    is_lazy: bool = True,
    title: Text = "",
) -> None:
    """Show ``template`` with what ``provider`` answers at ``place``, to principals who may do ``verb``.

    A provider that answers ``None`` is not shown. A lazy panel needs its ``title``: it stands there until the panel has
    come, and as the link that leads to it without scripts.
    """
    if place not in PLACES:
        raise ValueError(f"unknown place {place!r}: use one of {', '.join(PLACES)}")
    if is_lazy and not title:
        raise ValueError(f"the lazy panel {key!r} needs a title")
    _panels[key] = Panel(key, place, order, provider, template, verb, is_lazy, title)


def register_customer_door(door: CustomerDoor) -> None:
    """Name the function that lets a principal see a customer, or answers ``None``."""
    _door["customer"] = door


def customer_head(party_id: int, principal: Principal) -> CustomerHead | None:
    """The customer if the principal may see it."""
    door = _door.get("customer")
    return door(party_id, principal) if door else None


def panel_named(key: str) -> Panel | None:
    """The panel registered under this key."""
    return _panels.get(key)


def panel_anchor(key: str) -> str:
    """The id of a panel's element: ``customer.notes`` stands at ``#panel-customer-notes``."""
    return f"panel-{key.replace('.', '-')}"


def panels_at(place: str, ask: PanelAsk) -> list[ShownPanel]:
    """What stands at a place for whoever asks, in order; the page has let them see its customer already."""
    allowed = [panel for panel in _panels.values() if panel.place == place and may(ask.principal, panel.verb)]
    found = [_shown(panel, ask) for panel in sorted(allowed, key=lambda panel: (panel.order, panel.key))]
    return [shown for shown in found if shown is not None]


def _shown(panel: Panel, ask: PanelAsk) -> ShownPanel | None:
    url = _address(panel, ask)
    if panel.is_lazy:
        return ShownPanel(panel, {}, url)
    values = panel.provider(ask)
    return None if values is None else ShownPanel(panel, values, url)


def _address(panel: Panel, ask: PanelAsk) -> str:
    about: dict[str, Any] = {} if ask.party_id is None else {"party": ask.party_id}
    address = reverse("ui:panel", args=[panel.key])
    return f"{address}?{urlencode(about)}" if about else address
