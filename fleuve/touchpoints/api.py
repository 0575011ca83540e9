"""Operations on what customers bought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from django.http import Http404, HttpResponse
from ninja import Query
from pydantic import Field

from fleuve.accounts.queries import organisation
from fleuve.api.callers import ApiRequest
from fleuve.api.paging import PageOf, Paging, answer_page, keyset
from fleuve.api.routes import Routes
from fleuve.api.schemas import Amount, Id, Out, id_number, money_of
from fleuve.parties.models import Membership, PartyCard
from fleuve.touchpoints.models import Purchase, PurchaseLine

__all__ = ["router"]

router = Routes("values", title="Purchases")


class LineOut(Out):
    """One line of a document, as told by its file."""

    product: str = Field(description="The source’s code of the product.")
    name: str
    category: str
    quantity: float = Field(description="Negative where something came back.")
    amount: Amount
    amount_home: Amount = Field(description="In the currency of the organisation.")


class PurchaseOut(Out):
    """An order, an invoice or a credit note."""

    id: Id
    number: str
    source: str
    kind: Literal["sale", "credit"]
    status: str = Field(description="Empty where it counts; `unpaid`, `cancelled`, `draft` or `test` where not.")
    at: datetime
    on: date = Field(description="Its day where the organisation is.")
    lines: list[LineOut]


@router.get("/customers/{customer_id}/purchases", response=PageOf[PurchaseOut], summary="List what a customer bought")
def list_purchases(request: ApiRequest, response: HttpResponse, customer_id: Id, paging: Query[Paging]) -> object:
    """Documents with their lines, the newest first."""
    card = PartyCard.objects.visible_to(request.principal).filter(pk=id_number(customer_id)).first()
    if card is None:
        raise Http404
    records = Membership.objects.filter(party=card.pk, until_at=None).values("record_id")
    bought = Purchase.objects.visible_to(request.principal).filter(record__in=records).select_related("source")
    purchases, after = keyset(bought, paging, order=("-at", "-id"))
    lines = _lines([one.pk for one in purchases])
    return answer_page(request, response, (_told(one, lines[one.pk]) for one in purchases), after)


def _lines(purchases: Sequence[int]) -> dict[int, list[PurchaseLine]]:
    """The lines of some purchases that were read through their door."""
    found: dict[int, list[PurchaseLine]] = defaultdict(list)
    rows = PurchaseLine.objects.filter(purchase__in=purchases).select_related("product").order_by("ordinal")
    for line in rows:
        found[line.purchase_id].append(line)
    return found


def _told(one: Purchase, lines: Sequence[PurchaseLine]) -> dict[str, Any]:
    home = organisation().currency
    return {
        "id": str(one.pk),
        "number": one.number,
        "source": one.source.key,
        "kind": one.kind,
        "status": one.status,
        "at": one.at,
        "on": one.local_day,
        "lines": [
            {
                "product": line.product.code if line.product else "",
                "name": line.product.name if line.product else "",
                "category": line.product.category if line.product else "",
                "quantity": line.quantity_e3 / 1000,
                "amount": money_of(line.amount, one.currency),
                "amount_home": money_of(line.amount_home, home or one.currency),
            }
            for line in lines
        ],
    }
