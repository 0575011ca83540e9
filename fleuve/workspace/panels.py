"""The panels of the workspace, and the door before every panel about a customer."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

from fleuve.kernel.principal import Principal
from fleuve.parties.models import PartyCard
from fleuve.ui import CustomerHead, PanelAsk
from fleuve.workspace.queries.customer_history import recent_history
from fleuve.workspace.queries.today import news

__all__ = ["customer_door", "history_panel", "news_panel"]


def customer_door(party_id: int, principal: Principal) -> CustomerHead | None:
    """The customer's name and page if the principal may see them."""
    card = PartyCard.objects.visible_to(principal).filter(party_id=party_id).first()
    if card is None:
        return None
    return CustomerHead(card.name or card.customer_number, reverse("workspace:customer", args=[party_id]))


def history_panel(ask: PanelAsk) -> Mapping[str, object] | None:
    """What the customer buys, no longer buys, and the newest of everything that happened."""
    party_id = ask.party_id or 0
    found = recent_history(party_id, ask.principal, ask.now)
    if found is None:
        return None
    whole_url = reverse("workspace:customer_history", args=[party_id])
    return {"found": found, "is_whole": False, "whole_url": whole_url}


def news_panel(ask: PanelAsk) -> Mapping[str, object]:
    """What changed since yesterday."""
    return {"found": news(ask.principal, ask.now)}
