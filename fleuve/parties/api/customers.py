"""Operations on customers."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Status

from fleuve.api.callers import ApiRequest
from fleuve.api.errors import InvalidInput
from fleuve.api.paging import PageOf, Paging, answer_page, read_cursor, write_cursor
from fleuve.api.routes import BULK, Routes
from fleuve.api.schemas import Id, id_number
from fleuve.api.versions import expected_version, tagged
from fleuve.changes.rules import Origin
from fleuve.kernel.principal import require
from fleuve.parties.actions import Edit, change_customers, create_customer, remove_customers, restore_customers
from fleuve.parties.actions.assign_owner import claim_customer
from fleuve.parties.api.schemas import ChangeOut, CustomerIn, CustomerOut, CustomerPatch, UpsertIn, UpsertOut
from fleuve.parties.api.upsert import upsert
from fleuve.parties.api.values import told_customer, typed_values
from fleuve.parties.history import changes_page
from fleuve.parties.models import PartyCard

__all__ = ["changeable", "router", "seen"]

router = Routes("customers", title="Customers")


@router.post("/customers", response={201: CustomerOut}, summary="Create a customer")
def create_customer_(request: ApiRequest, response: HttpResponse, data: CustomerIn) -> object:
    """Whoever creates a customer looks after it. Somebody with the same address or number refuses it (409), unless
    `allow_duplicate` is sent. `customer_number` may be given here and stays.
    """
    given = dict(data.values)
    number = given.pop("customer_number", "") or ""
    if not isinstance(number, str) or len(number) > 160:
        sentence = _("“customer_number” takes a text of at most 160 characters.")
        raise InvalidInput(sentence, fields=[{"at": "body.values.customer_number", "reason": sentence}])
    party = create_customer(
        values=typed_values(given, request.principal),
        customer_number=number,
        force_duplicates=data.allow_duplicate,
        origin=_origin(request),
        by=request.principal,
        at=timezone.now(),
    )
    response["Location"] = f"/api/v1/customers/{party.pk}"
    return Status(201, _told(request, response, party.pk))


@router.post("/customers/upsert", response=UpsertOut, summary="Create or change many", in_chunks=True, most=BULK)
def upsert_customers(request: ApiRequest, data: UpsertIn) -> object:
    """At most 1,000 rows; each is created, updated, unchanged or refused by itself, and told in the order sent.

    A row is compared by each key of `match` in turn, among the customers whom the key sees: exactly one with that value
    is changed, two or more refuse the row. Sent again, everything is unchanged.
    """
    return upsert(data, _origin(request), by=request.principal)


@router.get("/customers/{customer_id}", response=CustomerOut, summary="Read a customer")
def read_customer(request: ApiRequest, response: HttpResponse, customer_id: Id) -> object:
    """Everything that the key may see of one customer. `If-None-Match` with its `ETag` answers 304."""
    return _told(request, response, id_number(customer_id))


@router.patch("/customers/{customer_id}", response=CustomerOut, summary="Change a customer", versioned=True)
def change_customer(request: ApiRequest, response: HttpResponse, customer_id: Id, data: CustomerPatch) -> object:
    """Values that are sent are written, the others left alone. What is sent here stands above what files bring."""
    party = changeable(request, customer_id)
    expected = expected_version(request)
    values = typed_values(data.values, request.principal)
    edits = [Edit(party, key, value) for key, value in values.items()]
    change_customers(
        edits=edits, expected={party: expected}, origin=_origin(request), by=request.principal, at=timezone.now()
    )
    return _told(request, response, party)


@router.delete("/customers/{customer_id}", response={204: None}, summary="Remove a customer", versioned=True)
def remove_customer(request: ApiRequest, customer_id: Id) -> object:
    """Into the trash, for 30 days: nothing of theirs is lost."""
    party = changeable(request, customer_id)
    expected = {party: expected_version(request)}
    remove_customers(party_ids=[party], expected=expected, by=request.principal, at=timezone.now())
    return Status(204, None)


@router.post("/customers/{customer_id}/restoration", response=CustomerOut, summary="Take a customer out of the trash")
def restore_customer(request: ApiRequest, response: HttpResponse, customer_id: Id) -> object:
    """As they were. Who may change a customer may bring them back."""
    party = id_number(customer_id)
    restore_customers(party_ids=[party], by=request.principal, at=timezone.now())
    return _told(request, response, party)


@router.post("/customers/{customer_id}/claim", response=CustomerOut, summary="Look after a customer of nobody")
def claim_customer_(request: ApiRequest, response: HttpResponse, customer_id: Id) -> object:
    """The key's person becomes the owner of a customer who has none."""
    party = id_number(customer_id)
    claim_customer(party_id=party, by=request.principal, at=timezone.now())
    return _told(request, response, party)


@router.get("/customers/{customer_id}/changes", response=PageOf[ChangeOut], summary="List what changed of a customer")
def list_changes(
    request: ApiRequest, response: HttpResponse, customer_id: Id, paging: Query[Paging], field: str = ""
) -> object:
    """The newest first; `field` narrows it to one field. Fields that the key may not see are left out."""
    party = seen(request, customer_id).pk
    place = read_cursor("changes", paging.after)
    before = place[0] if place else None
    page = changes_page(party, request.principal, field=field, before=before, size=paging.limit)
    items = (
        {
            "id": str(one.id), "field": one.key, "label": one.label, "old": one.old, "new": one.new, "by": one.who,
            "at": one.at, "origin": one.origin, "is_undone": one.is_undone,
        }
        for one in page.lines
    )  # fmt: skip
    after = write_cursor("changes", [page.next_before]) if page.next_before else None
    return answer_page(request, response, items, after)


def _origin(request: ApiRequest) -> Origin:
    return Origin("api", request.caller.key_id)


def seen(request: ApiRequest, customer_id: str) -> PartyCard:
    """The customer within reach; a missing one and one out of reach look alike."""
    card: PartyCard | None = PartyCard.objects.visible_to(request.principal).filter(pk=id_number(customer_id)).first()
    if card is None:
        raise Http404
    return card


def changeable(request: ApiRequest, customer_id: str) -> int:
    """The number of a customer who may be changed: what is missing, then what is refused, then what was sent."""
    card = seen(request, customer_id)
    require(request.principal, "write", card)
    return int(card.pk)


def _told(request: ApiRequest, response: HttpResponse, party: int) -> dict[str, Any]:
    found = told_customer(party, request.principal)
    if found is None:
        raise Http404
    tagged(request, response, found["version"])
    return found
