"""Operations on points of contact: calls, e-mails, visits, letters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, Literal

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Status
from pydantic import AwareDatetime, Field

from fleuve.api.callers import ApiRequest
from fleuve.api.errors import InvalidInput
from fleuve.api.paging import PageOf, Paging, answer_page, keyset
from fleuve.api.routes import Routes
from fleuve.api.schemas import Id, In, Out, id_number
from fleuve.notes.queries import customer_or_refuse, records_of_customer
from fleuve.touchpoints.actions import record_interaction, undo_interaction
from fleuve.touchpoints.models import Interaction

__all__ = ["router"]

router = Routes("notes", title="Points of contact")

_FIRST: Final = datetime(1970, 1, 2, tzinfo=UTC)
Direction = Literal["", "in", "out"]


class InteractionOut(Out):
    """A point of contact."""

    id: Id
    customer_id: Id
    kind: Literal["call", "email", "visit", "letter", "note", "call_mark"]
    channel: str
    direction: str = Field(description="`in` from the customer, `out` to them; empty where nobody said.")
    outcome: str
    body: str
    at: datetime = Field(description="When it happened.")
    recorded_at: datetime
    by: str


class InteractionIn(In):
    """Something that happened between the customer and the house."""

    kind: Literal["call", "email", "visit", "letter"] = Field(examples=["call"])
    body: str = Field("", max_length=20_000, examples=["They asked for the spring catalogue."])
    direction: Direction = ""
    outcome: str = Field("", max_length=24)
    at: AwareDatetime | None = Field(None, description="When it happened, with its zone; now unless told.")


@router.get(
    "/customers/{customer_id}/interactions", response=PageOf[InteractionOut], summary="List a customer’s contacts"
)
def list_interactions(request: ApiRequest, response: HttpResponse, customer_id: Id, paging: Query[Paging]) -> object:
    """The latest first; what was taken back is left out."""
    party = _reached(request, customer_id)
    rows = Interaction.objects.visible_to(request.principal).filter(
        record_id__in=records_of_customer(party), undone_at__isnull=True
    )
    found, after = keyset(rows, paging, order=("-at", "-id"))
    return answer_page(request, response, (_told(one, party) for one in found), after)


@router.post("/customers/{customer_id}/interactions", response={201: InteractionOut}, summary="Record a contact")
def create_interaction(request: ApiRequest, response: HttpResponse, customer_id: Id, data: InteractionIn) -> object:
    """What is still to be done is a task."""
    party = _reached(request, customer_id)
    given = data.model_dump(exclude={"at"})
    made = record_interaction(
        party_id=party, **given, happened_at=_moment(data.at), by=request.principal, at=timezone.now()
    )
    return Status(201, _told(made, party))


@router.delete("/interactions/{interaction_id}", response={204: None}, summary="Take a contact back")
def remove_interaction(request: ApiRequest, interaction_id: Id) -> object:
    """One that was recorded by mistake. What a file brought goes with its import."""
    undo_interaction(interaction_id=id_number(interaction_id), by=request.principal, at=timezone.now())
    return Status(204, None)


def _moment(at: datetime | None) -> datetime | None:
    if at is None or at >= _FIRST:
        return at.astimezone(UTC) if at else None
    sentence = _("A contact is not older than 1970.")
    raise InvalidInput(sentence, fields=[{"at": "body.at", "reason": sentence}], code="too_long_ago")


def _reached(request: ApiRequest, customer_id: str) -> int:
    return customer_or_refuse(id_number(customer_id), request.principal).party_id


def _told(one: Interaction, party: int) -> dict[str, Any]:
    plain = ("kind", "channel", "direction", "outcome", "body", "at", "recorded_at")
    return {
        "id": str(one.pk),
        "customer_id": str(party),
        "by": one.by_label,
        **{name: getattr(one, name) for name in plain},
    }
