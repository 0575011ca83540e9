"""What alerts show on other pages: on *Today*, and on the page of a customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.urls import reverse

from fleuve.accounts.queries import organisation
from fleuve.alerts.models import Alert
from fleuve.alerts.queries import alert_lines, alerts_of_customer, waiting_alerts
from fleuve.alerts.queries.words import snoozes
from fleuve.ui import PanelAsk

__all__ = ["customer_panel", "early_panel", "today_panel"]

_FIRST: Final = 8
_PROMISING: Final = 5


def today_panel(ask: PanelAsk) -> Mapping[str, object] | None:
    """The alerts with most money at stake."""
    today = organisation().today(ask.now)
    urgent = waiting_alerts(ask.principal, today).exclude(kind=Alert.Kind.EARLY).select_related("party__card", "run")
    return {
        "lines": alert_lines(urgent.order_by("-at_stake", "-pk")[:_FIRST], ask.principal),
        "snoozes": snoozes(today),
        "back": reverse("workspace:today"),
    }


def early_panel(ask: PanelAsk) -> Mapping[str, object] | None:
    """New customers who promise to be among the best; nothing without any."""
    today = organisation().today(ask.now)
    # As a range and ordered by it, so that PostgreSQL walks the index of kinds: their sums are small, and along the one
    # of all sums it passes 21,000 alerts of a million customers first.
    kinds = (Alert.Kind.EARLY, Alert.Kind.EARLY)
    promising = waiting_alerts(ask.principal, today).filter(kind__range=kinds).select_related("party__card", "run")
    lines = alert_lines(promising.order_by("-kind", "-at_stake", "-pk")[:_PROMISING], ask.principal)
    return {"lines": lines, "all_url": f"{reverse('alerts:list')}?show=early"} if lines else None


def customer_panel(ask: PanelAsk) -> Mapping[str, object] | None:
    """The alerts about a customer; nothing without any."""
    lines = alerts_of_customer(ask.party_id or 0, ask.principal)
    if not lines:
        return None
    back = reverse("workspace:customer", args=[ask.party_id])
    return {"lines": lines, "snoozes": snoozes(organisation().today(ask.now)), "back": back}
