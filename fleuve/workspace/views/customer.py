"""The page of one customer, what stands behind its scores, and refusals to be contacted."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from fleuve.accounts.queries import organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.kernel.principal import may
from fleuve.parties.actions import record_refusal, withdraw_refusal
from fleuve.parties.models import PartyCard, Record
from fleuve.parties.queries import living_party, records_of
from fleuve.ui.panels import PanelAsk, panels_at
from fleuve.ui.toasts import tell
from fleuve.workspace.queries.customer import customer_page, why_page
from fleuve.workspace.queries.customer_history import whole_history

__all__ = ["customer", "customer_history", "customer_why", "refusal", "refusal_withdrawn"]


@guard("read")
@require_GET
def customer(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """What this relationship is: facts before scores, refusals at a glance, one history over all channels."""
    cards = PartyCard.objects.visible_to(request.principal)
    card = cards.filter(party_id=party_id, party__absorbed_into=None).first()
    page = customer_page(card, request.principal) if card else None
    if card is None or page is None:
        party = living_party(party_id, request.principal)
        if party is None or party.pk == party_id:
            raise Http404(_("There is no such customer."))
        return redirect("workspace:customer", party.pk)
    ask = PanelAsk(request.principal, timezone.now(), party_id)
    context = {
        "page": page,
        "card": card,
        "may_write": may(request.principal, "write"),
        "main_panels": panels_at("customer.main", ask),
        "side_panels": panels_at("customer.side", ask),
    }
    return render(request, "workspace/customer.html", context)


@guard("read")
@require_GET
def customer_why(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """The facts behind the scores: loaded when somebody asks why."""
    found = why_page(party_id, organisation().currency or "EUR", request.principal)
    if found is None:
        raise Http404(_("There are no scores for this customer."))
    return render(request, "workspace/_why.html", {"why": found, "party_id": party_id})


@guard("read")
@require_GET
def customer_history(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """What a customer buys and everything that happened, as far back as a page can show."""
    card = get_object_or_404(PartyCard.objects.visible_to(request.principal), party_id=party_id)
    found = whole_history(party_id, request.principal, timezone.now())
    if found is None:
        raise Http404(_("There is no such customer."))
    context = {
        "found": found,
        "is_whole": True,
        "name": card.name or card.customer_number,
        "customer_url": reverse("workspace:customer", args=[party_id]),
    }
    return render(request, "workspace/customer_history.html", context)


@guard("write")
@require_POST
def refusal(request: PrincipalRequest, party_id: int, channel: str) -> HttpResponse:
    """Record that this customer refuses a channel."""
    record = _record(request, party_id)
    record_refusal(record=record, channel=channel, reason="", by=request.principal, at=timezone.now())
    undo = reverse("workspace:refusal_withdrawn", args=[party_id, channel])
    tell(request, _("The refusal is recorded and holds at once."), undo_url=undo)
    return redirect("workspace:customer", party_id)


@guard("write")
@require_POST
def refusal_withdrawn(request: PrincipalRequest, party_id: int, channel: str) -> HttpResponse:
    """Withdraw this customer's refusal of a channel."""
    withdraw_refusal(record=_record(request, party_id), channel=channel, by=request.principal, at=timezone.now())
    tell(request, _("The refusal is withdrawn."))
    return redirect("workspace:customer", party_id)


def _record(request: PrincipalRequest, party_id: int) -> Record:
    records = records_of(party_id, request.principal)
    if not records or not PartyCard.objects.visible_to(request.principal).filter(pk=party_id).exists():
        raise Http404(_("There is no such customer."))
    return records[0]
