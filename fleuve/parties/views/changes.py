"""The change history of one customer, field by field, and values put back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.guard import guard
from fleuve.parties.actions import restore_value
from fleuve.parties.history import changes_page
from fleuve.parties.views.customer import card_of, writable_card
from fleuve.ui.toasts import tell

__all__ = ["change_restored", "changes"]


@guard("read")
@require_GET
def changes(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """Who changed what of this customer, from what to what; one field when ``?field=`` names it."""
    card = card_of(request, party_id)
    field, before = request.GET.get("field", "")[:64], request.GET.get("before", "")
    older = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    page = changes_page(party_id, request.principal, field=field, before=older)
    may_write = request.principal.is_within(request.principal.write_reach, card.owner_id)
    context = {"card": card, "page": page, "field": field, "may_write": may_write}
    return render(request, "parties/changes.html", context)


@guard("write")
@require_POST
def change_restored(request: PrincipalRequest, party_id: int, change_id: int) -> HttpResponse:
    """Put back what a field held before one of its changes."""
    writable_card(request, party_id)
    done = restore_value(party_id=party_id, change_id=change_id, before=True, by=request.principal, at=timezone.now())
    tell(request, _("The earlier value is back.") if done else _("That value stands already."))
    return redirect("parties:changes", party_id)
