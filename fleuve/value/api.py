"""Operations on what customers are worth."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from pydantic import Field

from fleuve.api.callers import ApiRequest
from fleuve.api.routes import Routes
from fleuve.api.schemas import Amount, Id, Out, id_number, money_of
from fleuve.parties.models import PartyCard
from fleuve.value.queries import customer_worth
from fleuve.value.queries.views import CustomerWorth

__all__ = ["router"]

router = Routes("values", title="Values")


class Worth(Out):
    """What the latest valuation says of a customer: the facts, and the value with its range."""

    customer: Id
    as_of: date = Field(description="The day up to which purchases were counted.")
    until: date = Field(description="The day up to which the value reaches.")
    horizon_months: int
    basis: str = Field(description="What the value is said in: `revenue` or `margin`.")
    stage: str
    is_personal: bool = Field(description="False where only the average of a group of like customers is known.")
    value: Amount | None = Field(description="Null where only the group’s average is known.")
    low: Amount | None = Field(description="Eight in ten customers like this end within low and high.")
    high: Amount | None
    group_value: Amount | None
    at_stake: Amount | None
    chance_active: float | None = Field(description="That they buy within the horizon, from 0 to 1.")
    expected_purchases: float | None
    purchase_days: int
    first_purchase_on: date
    last_purchase_on: date
    usual_gap_days: float | None
    silent_days: int
    revenue_12_months: Amount | None
    revenue_total: Amount | None
    is_slipping: bool
    is_contract: bool
    sentence: str = Field(description="The relationship in one sentence of facts, in the language asked for.")


@router.get("/customers/{customer_id}/worth", response=Worth, summary="Read what a customer is worth")
def read_worth(request: ApiRequest, customer_id: Id) -> object:
    """404 also for a customer who never bought: there is nothing to say of them."""
    card = PartyCard.objects.visible_to(request.principal).filter(pk=id_number(customer_id)).first()
    found = customer_worth(card.pk, request.principal) if card else None
    if found is None:
        raise Http404
    return _told(found)


def _told(one: CustomerWorth) -> dict[str, Any]:
    plain = {
        name: getattr(one, name)
        for name in (
            "as_of", "until", "horizon_months", "basis", "stage", "is_personal", "chance_active", "expected_purchases",
            "purchase_days", "usual_gap_days", "silent_days", "is_slipping", "is_contract", "sentence",
        )
    }  # fmt: skip
    amounts = {
        "value": one.value, "low": one.low, "high": one.high, "group_value": one.group_value, "at_stake": one.at_stake,
        "revenue_12_months": one.revenue_12, "revenue_total": one.revenue_total,
    }  # fmt: skip
    return {
        "customer": str(one.party_id),
        "first_purchase_on": one.first_on,
        "last_purchase_on": one.last_on,
        **plain,
        **{name: money_of(minor, one.currency) for name, minor in amounts.items()},
    }
