"""Operations on what customers are to one another."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Status

from fleuve.api.callers import ApiRequest
from fleuve.api.schemas import Id, Out, id_number
from fleuve.kernel.principal import require
from fleuve.parties.actions import add_tie, end_tie
from fleuve.parties.api.customers import changeable, router, seen
from fleuve.parties.api.schemas import TieIn, TieOut
from fleuve.parties.models import Membership, Tie
from fleuve.parties.ties import TieLine, ties_of

__all__ = ["router"]


class TiesOut(Out):
    """Every tie of a customer, the standing ones first."""

    items: list[TieOut]


@router.get("/customers/{customer_id}/ties", response=TiesOut, summary="List ties")
def list_ties(request: ApiRequest, customer_id: Id) -> object:
    """Both ways; a tie to a customer out of reach is left out."""
    party = seen(request, customer_id).pk
    return {"items": [_told(one) for one in ties_of(party, request.principal)]}


@router.post("/customers/{customer_id}/ties", response={201: TieOut}, summary="Add a tie")
def add_tie_(request: ApiRequest, response: HttpResponse, customer_id: Id, data: TieIn) -> object:
    """This customer must be within what the key changes, the other one only seen."""
    party = changeable(request, customer_id)
    tie = add_tie(
        from_party=party,
        to_party=id_number(data.to),
        kind=data.kind,
        label=data.label,
        from_on=data.from_on,
        by=request.principal,
        at=timezone.now(),
    )
    return Status(201, next(_told(one) for one in ties_of(party, request.principal) if one.id == tie.pk))


@router.delete("/customers/{customer_id}/ties/{tie_id}", response={204: None}, summary="End a tie")
def end_tie_(request: ApiRequest, customer_id: Id, tie_id: Id, mistake: Query[bool] = False) -> object:
    """It holds no more since today; with `mistake` it is as if it had never held."""
    party = changeable(request, customer_id)
    tie = get_object_or_404(Tie.objects.visible_to(request.principal).filter(removed_at=None), pk=id_number(tie_id))
    records = Membership.objects.filter(party=party, until_at=None).values_list("record_id", flat=True)
    if not {tie.from_record_id, tie.to_record_id} & set(records):
        raise Http404
    require(request.principal, "write")
    end_tie(tie=tie, is_mistake=mistake, by=request.principal, at=timezone.now())
    return Status(204, None)


def _told(line: TieLine) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "other": str(line.other.pk),
        "other_name": line.other.name,
        "kind_told": line.sentence,
        "label": line.label,
        "from_on": line.from_on,
        "until_on": line.until_on,
        "outward": line.is_ours,
    }
