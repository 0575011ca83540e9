"""Customers in the trash, as its page lists them."""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef
from django.urls import reverse

from fleuve.kernel.principal import Principal
from fleuve.parties.models import OwnField, PartyCard, Removal, Tag
from fleuve.ui.trash import Removed, RemovedPage

__all__ = ["removed_customers", "removed_fields", "removed_tags"]

_A_PAGE: Final = 50


def removed_customers(principal: Principal, before: str) -> RemovedPage:
    """The tab *Customers*: those that one may take out again, newest first."""
    # From the few removals to their list rows, never through all list rows for those that are in the trash.
    seen = Exists(PartyCard.objects.in_trash(principal).filter(pk=OuterRef("party_id")))
    removals = Removal.objects.filter(seen, until_at=None).select_related("party__card").order_by("-id")
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


def removed_tags(principal: Principal, before: str) -> RemovedPage:
    """The tab *Tags*: all of them, a house has few."""
    tags = Tag.objects.visible_to(principal).exclude(removed_at=None).order_by("-removed_at")
    return RemovedPage(tuple(_removed(one.name, one, "parties:tag_restoration") for one in tags))


def removed_fields(principal: Principal, before: str) -> RemovedPage:
    """The tab *Own fields*: their values are never deleted, so neither are they."""
    fields = OwnField.objects.visible_to(principal).exclude(removed_at=None).order_by("-removed_at")
    return RemovedPage(tuple(_removed(one.label, one, "parties:field_restoration") for one in fields))


def _removed(title: str, row: Tag | OwnField, address: str) -> Removed:
    removed_at = row.removed_at or row.created_at
    return Removed(title, removed_at, row.removed_by_label, reverse(address, args=[row.pk]))
