"""Operations on webhooks: where facts are sent, and what became of each message."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Status
from pydantic import Field

from fleuve.api.callers import ApiRequest
from fleuve.api.errors import InvalidInput
from fleuve.api.paging import PageOf, Paging, answer_page, keyset
from fleuve.api.routes import Routes
from fleuve.api.schemas import Id, In, Out, id_number
from fleuve.api.versions import expected_version, refuse_other_version, tagged
from fleuve.events.catalog import public_facts
from fleuve.kernel.principal import require
from fleuve.outbound import OutboundRefused, target_of
from fleuve.webhooks.actions import (
    add_endpoint,
    change_endpoint,
    remove_endpoint,
    repeat_delivery,
    rotate_secret,
    send_test,
    switch_off_endpoint,
    switch_on_endpoint,
)
from fleuve.webhooks.models import Delivery, Endpoint

__all__ = ["router"]

router = Routes("webhooks", title="Webhooks")

_FACTS = "Names of public facts, such as `imports.file_imported`; docs/events.md lists them."


class WebhookOut(Out):
    """An address that is told of some facts."""

    id: Id
    label: str
    url: str
    facts: list[str]
    state: Literal["on", "failing", "off"]
    off_why: str
    failures: int
    version: int
    created_at: datetime


class WebhookIn(In):
    """A new webhook, on from now."""

    label: str = Field(min_length=1, max_length=80, examples=["Shop"])
    url: str = Field(min_length=1, max_length=2000, examples=["https://shop.example/hook"])
    facts: list[str] = Field(min_length=1, max_length=100, description=_FACTS, examples=[["imports.file_imported"]])


class WebhookPatch(In):
    """What changes of a webhook."""

    label: str | None = Field(None, min_length=1, max_length=80, examples=["Stock"])
    url: str | None = Field(None, min_length=1, max_length=2000)
    facts: list[str] | None = Field(None, min_length=1, max_length=100, description=_FACTS)


class StateIn(In):
    """On or off."""

    state: Literal["on", "off"] = Field(examples=["off"])


class SecretOut(Out):
    """A secret, told this once."""

    secret: str = Field(description="`whsec_…`: it signs every message from now on.")


class DeliveryOut(Out):
    """One message and its fate."""

    id: Id
    message_id: str
    fact: str
    state: Literal["waiting", "sent", "failed", "gone"]
    attempt: int
    next_at: datetime | None
    last_status: int | None
    outcome: str
    body: str
    created_at: datetime
    sent_at: datetime | None


@router.get("/webhooks", response=PageOf[WebhookOut], summary="List webhooks")
def list_webhooks(request: ApiRequest, response: HttpResponse, paging: Query[Paging]) -> object:
    """The newest first."""
    require(request.principal, "configure")
    endpoints, after = keyset(Endpoint.objects.visible_to(request.principal).listed(), paging)
    return answer_page(request, response, (_told(one) for one in endpoints), after)


@router.post("/webhooks", response={201: WebhookOut}, summary="Add a webhook")
def create_webhook(request: ApiRequest, response: HttpResponse, data: WebhookIn) -> object:
    """Messages are signed from the first one on: `PUT …/secret` makes and tells the secret."""
    require(request.principal, "configure")
    _check(data.url, data.facts)
    made, _secret = add_endpoint(
        label=data.label, url=data.url, facts=data.facts, by=request.principal, at=timezone.now()
    )
    response["Location"] = f"/api/v1/webhooks/{made.pk}"
    tagged(request, response, made.version)
    return Status(201, _told(made))


@router.get("/webhooks/{webhook_id}", response=WebhookOut, summary="Read a webhook")
def read_webhook(request: ApiRequest, response: HttpResponse, webhook_id: Id) -> object:
    """One webhook; its secret is never told again."""
    return _answered(request, response, _found(request, webhook_id))


@router.patch("/webhooks/{webhook_id}", response=WebhookOut, summary="Change a webhook", versioned=True)
def change_webhook(request: ApiRequest, response: HttpResponse, webhook_id: Id, data: WebhookPatch) -> object:
    """Messages that wait go to the new address."""
    found, version = _found(request, webhook_id), expected_version(request)
    refuse_other_version(request, found.version)
    wanted = {name: getattr(found, name) for name in ("label", "url", "facts")}
    wanted |= data.model_dump(exclude_none=True)
    _check(wanted["url"], wanted["facts"])
    change_endpoint(endpoint=found, **wanted, version=version, by=request.principal, at=timezone.now())
    return _answered(request, response, found)


@router.put("/webhooks/{webhook_id}/state", response=WebhookOut, summary="Switch a webhook on or off", versioned=True)
def switch_webhook(request: ApiRequest, response: HttpResponse, webhook_id: Id, data: StateIn) -> object:
    """Switched off, what waits is dropped; switched on, what happened meanwhile stays untold."""
    found, by, at = _found(request, webhook_id), request.principal, timezone.now()
    refuse_other_version(request, found.version)
    if data.state == "on":
        switch_on_endpoint(endpoint=found, by=by, at=at)
    else:
        switch_off_endpoint(endpoint=found, by=by, at=at)
    found.refresh_from_db()
    return _answered(request, response, found)


@router.put("/webhooks/{webhook_id}/secret", response=SecretOut, summary="Make a new secret", versioned=True)
def make_secret(request: ApiRequest, response: HttpResponse, webhook_id: Id) -> object:
    """Told this once. The former one signs beside it for 24 hours."""
    found = _found(request, webhook_id)
    refuse_other_version(request, found.version)
    secret = rotate_secret(endpoint=found, by=request.principal, at=timezone.now())
    response["Cache-Control"] = "no-store"
    return {"secret": secret}


@router.post("/webhooks/{webhook_id}/test", response={202: DeliveryOut}, summary="Send a test message")
def test_webhook(request: ApiRequest, webhook_id: Id) -> object:
    """It tells of nothing; its delivery says whether it arrived."""
    made = send_test(endpoint=_found(request, webhook_id), by=request.principal, at=timezone.now())
    return Status(202, _told_delivery(made))


@router.delete("/webhooks/{webhook_id}", response={204: None}, summary="Remove a webhook", versioned=True)
def remove_webhook(request: ApiRequest, webhook_id: Id) -> object:
    """For good, with its secret."""
    found = _found(request, webhook_id)
    refuse_other_version(request, found.version)
    remove_endpoint(endpoint=found, by=request.principal, at=timezone.now())
    return Status(204, None)


@router.get("/webhooks/{webhook_id}/deliveries", response=PageOf[DeliveryOut], summary="List messages")
def list_deliveries(request: ApiRequest, response: HttpResponse, webhook_id: Id, paging: Query[Paging]) -> object:
    """The newest first; they are kept for thirty days."""
    found = _found(request, webhook_id)
    rows = Delivery.objects.visible_to(request.principal).filter(endpoint=found)
    deliveries, after = keyset(rows, paging)
    return answer_page(request, response, (_told_delivery(one) for one in deliveries), after)


@router.get("/deliveries/{delivery_id}", response=DeliveryOut, summary="Read a message")
def read_delivery(request: ApiRequest, delivery_id: Id) -> object:
    """What was sent, and what came of it."""
    return _told_delivery(_delivery(request, delivery_id))


@router.post("/deliveries/{delivery_id}/repetition", response={202: DeliveryOut}, summary="Send a message again")
def repeat_delivery_(request: ApiRequest, delivery_id: Id) -> object:
    """Under the same id: a receiver that has it already can tell."""
    found = _delivery(request, delivery_id)
    repeat_delivery(delivery=found, by=request.principal, at=timezone.now())
    found.refresh_from_db()
    return Status(202, _told_delivery(found))


def _check(url: str, facts: list[str]) -> None:
    try:
        target_of(url, allows_http=settings.FLEUVE_OUTBOUND_HTTP)
    except OutboundRefused as refused:
        raise InvalidInput(
            str(refused), fields=[{"at": "body.url", "reason": str(refused)}], code=refused.code
        ) from refused
    unknown = sorted(set(facts) - public_facts())
    if unknown:
        sentence = _("There is no public fact of this name.")
        raise InvalidInput(sentence, fields=[{"at": "body.facts", "reason": name[:80]} for name in unknown[:20]])


def _found(request: ApiRequest, webhook_id: str) -> Endpoint:
    """What is refused to the key's person, then what is missing: an address may hold a secret."""
    require(request.principal, "configure")
    rows = Endpoint.objects.visible_to(request.principal).listed()
    found: Endpoint = get_object_or_404(rows, pk=id_number(webhook_id))
    return found


def _delivery(request: ApiRequest, delivery_id: str) -> Delivery:
    require(request.principal, "configure")
    rows = Delivery.objects.visible_to(request.principal).filter(endpoint__removed_at=None).select_related("endpoint")
    found: Delivery = get_object_or_404(rows, pk=id_number(delivery_id))
    return found


def _answered(request: ApiRequest, response: HttpResponse, endpoint: Endpoint) -> dict[str, Any]:
    tagged(request, response, endpoint.version)
    return _told(endpoint)


def _told(one: Endpoint) -> dict[str, Any]:
    plain = ("label", "url", "facts", "state", "off_why", "failures", "version", "created_at")
    return {"id": str(one.pk), **{name: getattr(one, name) for name in plain}}


def _told_delivery(one: Delivery) -> dict[str, Any]:
    plain = (
        "message_id", "fact", "state", "attempt", "next_at", "last_status", "outcome", "body", "created_at", "sent_at",
    )  # fmt: skip
    return {"id": str(one.pk), **{name: getattr(one, name) for name in plain}}
