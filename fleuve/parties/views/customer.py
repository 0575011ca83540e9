"""Finding the customer that a page is about."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.errors import PermissionRefused
from fleuve.parties.models import PartyCard

__all__ = ["card_of", "writable_card"]


def card_of(request: PrincipalRequest, party_id: int) -> PartyCard:
    """The customer's list row; missing and out of reach look alike."""
    card: PartyCard = get_object_or_404(PartyCard.objects.visible_to(request.principal), pk=party_id)
    return card


def writable_card(request: PrincipalRequest, party_id: int) -> PartyCard:
    """The row of a customer whom this person may change."""
    card = card_of(request, party_id)
    if not request.principal.is_within(request.principal.write_reach, card.owner_id):
        raise PermissionRefused(
            _("This customer is not yours to change. Ask their owner or a manager of your team."), verb="write"
        )
    return card
