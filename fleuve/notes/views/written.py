"""What the one form of a customer's page writes down: a note or a point of contact, each with its undo."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fleuve.accounts.queries import colleagues, organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.guard import guard
from fleuve.notes.actions import write_note
from fleuve.notes.errors import NoteRefused
from fleuve.notes.forms import WriteForm
from fleuve.notes.views.places import back_to
from fleuve.touchpoints.actions import record_interaction, undo_interaction
from fleuve.touchpoints.errors import InteractionRefused
from fleuve.ui.toasts import tell

__all__ = ["colleague_names", "interaction_undone", "written"]


def written(request: PrincipalRequest, party_id: int, form: WriteForm) -> HttpResponse | None:
    """Keep what the form says and lead back to the customer; ``None`` when refused, with the reason on the form."""
    try:
        undo = (
            _note(request, party_id, form) if form.cleaned_data["kind"] == "note" else _contact(request, party_id, form)
        )
    except (NoteRefused, InteractionRefused) as refusal:
        form.add_error("happened_at" if refusal.code == "in_the_future" else "body", str(refusal))
        return None
    tell(request, _("Written down."), undo_url=undo)
    return back_to(party_id, "customer.notes", request.principal)


def _note(request: PrincipalRequest, party_id: int, form: WriteForm) -> str:
    note = write_note(party_id=party_id, body=form.cleaned_data["body"], by=request.principal, at=timezone.now())
    return reverse("notes:note_removal", args=[note.pk])


def _contact(request: PrincipalRequest, party_id: int, form: WriteForm) -> str:
    told = form.cleaned_data["happened_at"]
    # The form reads a moment in the zone of the request; people mean the organisation's clock.
    happened_at = told.replace(tzinfo=organisation().zone) if told else None
    interaction = record_interaction(
        party_id=party_id,
        kind=form.cleaned_data["kind"],
        body=form.cleaned_data["body"],
        direction=form.cleaned_data["direction"],
        happened_at=happened_at,
        by=request.principal,
        at=timezone.now(),
    )
    return reverse("notes:interaction_undone", args=[interaction.pk])


@require_safe
@guard("write")
def colleague_names(request: PrincipalRequest) -> JsonResponse:
    """Who can be mentioned, by name: for the list that opens behind an @."""
    response = JsonResponse({"names": [one.name for one in colleagues(request.principal)]})
    response["Cache-Control"] = "private, no-store"
    return response


@guard("write")
@require_POST
def interaction_undone(request: PrincipalRequest, interaction_id: int) -> HttpResponse:
    """Take a point of contact back that was written down by mistake."""
    customer = undo_interaction(interaction_id=interaction_id, by=request.principal, at=timezone.now())
    tell(request, _("It is taken back."))
    return back_to(customer.party_id, "customer.notes", request.principal)
