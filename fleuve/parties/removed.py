"""Customers in the trash, as its page lists them."""

from __future__ import annotations

from typing import Final

from django.urls import reverse

from fleuve.kernel.principal import Principal
from fleuve.parties.models import PartyCard, Removal
from fleuve.ui.trash import Removed, RemovedPage

__all__ = ["removed_customers"]

_A_PAGE: Final = 50


def removed_customers(principal: Principal, before: str) -> RemovedPage:
    """The tab *Customers*: those that one may take out again, newest first."""
    seen = PartyCard.objects.in_trash(principal).values("pk")
    removals = Removal.objects.filter(until_at=None, party__in=seen).select_related("party__card").order_by("-id")
    if before.isdecimal() and len(before) < 20:
        removals = removals.filter(pk__lt=int(before))
    found = list(removals[: _A_PAGE + 1])
    shown = found[:_A_PAGE]
    rows = tuple(
        Removed(
            title=one.party.card.name or one.party.card.customer_number,
            removed_at=one.at,
            removed_by=one.by_label,
            restore_url=reverse("parties:restoration", args=[one.party_id]),
            hint=one.reason,
            purge_on=one.purge_on,
        )
        for one in shown
    )
    return RemovedPage(rows, str(shown[-1].pk) if len(found) > _A_PAGE else "")
