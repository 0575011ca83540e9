"""What is done to a customer from its page: owner, tags, ties, trash."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fleuve.accounts.requests import PrincipalRequest
from fleuve.attributes.errors import WrongValue
from fleuve.kernel.guard import guard
from fleuve.parties.actions import (
    add_tie,
    assign_owner,
    claim_customer,
    end_tie,
    remove_customers,
    restore_customers,
    tag_customers,
)
from fleuve.parties.errors import PartiesError
from fleuve.parties.form_fields import customer_named
from fleuve.parties.forms import TieForm
from fleuve.parties.models import Tie
from fleuve.parties.queries import primary_record_of
from fleuve.parties.ties import ties_of, together
from fleuve.parties.views.customer import card_of, writable_card
from fleuve.ui.toasts import tell

__all__ = ["claim", "owner", "removal", "restoration", "tags", "tie_end", "ties"]


@guard("assign")
@require_POST
def owner(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """Give the customer to a colleague, or to nobody."""
    writable_card(request, party_id)
    asked = request.POST.get("owner", "")
    user_id = int(asked) if asked.isdigit() else None
    assign_owner(party_ids=[party_id], user_id=user_id, by=request.principal, at=timezone.now())
    tell(request, _("Saved."))
    return redirect("workspace:customer", party_id)


@guard("write")
@require_POST
def claim(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """Take a customer that nobody looks after."""
    card_of(request, party_id)
    claim_customer(party_id=party_id, by=request.principal, at=timezone.now())
    tell(request, _("You look after this customer now."))
    return redirect("workspace:customer", party_id)


@guard("write")
@require_POST
def tags(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """Put tags on the customer and take others off: the ticks of the form against those it was opened with."""
    writable_card(request, party_id)
    wanted = {int(one) for one in request.POST.getlist("tag") if one.isdigit()}
    opened_with = {int(one) for one in request.POST.getlist("was") if one.isdigit()}
    add, remove = sorted(wanted - opened_with), sorted(opened_with - wanted)
    tag_customers(party_ids=[party_id], add=add, remove=remove, by=request.principal, at=timezone.now())
    tell(request, _("Saved."))
    return redirect("workspace:customer", party_id)


@guard("read")
@require_http_methods(["GET", "HEAD", "POST"])
def ties(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """Who belongs together, and what they are worth together; a POST adds a tie."""
    card = writable_card(request, party_id) if request.method == "POST" else card_of(request, party_id)
    form = TieForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_tie(
                from_party=party_id,
                to_party=customer_named(form.cleaned_data["to"], request.principal),
                kind=form.cleaned_data["kind"],
                label=form.cleaned_data["label"],
                from_on=form.cleaned_data["from_on"],
                by=request.principal,
                at=timezone.now(),
            )
        except (PartiesError, WrongValue) as refused:
            form.add_error("to", str(refused))
        else:
            tell(request, _("The tie is added."))
            return redirect("parties:ties", party_id)
    may_write = request.principal.is_within(request.principal.write_reach, card.owner_id)
    context = {
        "card": card,
        "form": form,
        "ties": ties_of(party_id, request.principal),
        "groups": [one for kind in (Tie.Kind.HOUSEHOLD, Tie.Kind.GROUP_OF)
                   if (one := together(party_id, kind, request.principal))],
        "may_write": may_write,
    }  # fmt: skip
    return render(request, "parties/ties.html", context)


@guard("write")
@require_POST
def tie_end(request: PrincipalRequest, party_id: int, tie_id: int) -> HttpResponse:
    """Say that a tie holds no more, or that it was a mistake."""
    writable_card(request, party_id)
    record = primary_record_of(party_id)
    tie = get_object_or_404(Tie.objects.visible_to(request.principal), pk=tie_id)
    if record is None or record.pk not in (tie.from_record_id, tie.to_record_id):
        raise Http404(_("There is no such tie."))
    end_tie(tie=tie, is_mistake=request.POST.get("mistake") == "yes", by=request.principal, at=timezone.now())
    tell(request, _("The tie is ended."))
    return redirect("parties:ties", party_id)


@guard("write")
@require_POST
def removal(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """Put the customer into the trash; the toast takes them out again."""
    writable_card(request, party_id)
    remove_customers(party_ids=[party_id], by=request.principal, at=timezone.now())
    undo = reverse("parties:restoration", args=[party_id])
    tell(request, _("The customer is in the trash, for 30 days."), undo_url=undo)
    return redirect("workspace:customers")


@guard("write")
@require_POST
def restoration(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """Take a customer out of the trash."""
    restore_customers(party_ids=[party_id], by=request.principal, at=timezone.now())
    tell(request, _("The customer is back."))
    return redirect("workspace:customer", party_id)
