"""Reads of webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from fleuve.kernel.principal import Principal
from fleuve.webhooks.models import Delivery, Endpoint

__all__ = ["DeliveryPage", "EndpointLine", "deliveries_waiting", "delivery_page", "endpoint_lines", "is_wanted"]

_PAGE = 50


@dataclass(frozen=True)
class EndpointLine:
    """An endpoint as listed."""

    endpoint: Endpoint
    waiting: int
    failed: int


@dataclass(frozen=True)
class DeliveryPage:
    """Messages of one endpoint, newest first; ``next_before`` leads to older ones."""

    deliveries: tuple[Delivery, ...]
    next_before: int | None


def is_wanted(fact: str) -> bool:
    """Whether some live endpoint wants to hear of ``fact``: asked as it is recorded, of a table with a few rows."""
    return any(fact in facts for facts in Endpoint.objects.live().values_list("facts", flat=True))


def endpoint_lines(principal: Principal) -> tuple[EndpointLine, ...]:
    """Every endpoint by name, with what waits and what failed; three queries."""
    waiting, failed = (_counted(state, principal) for state in (Delivery.State.WAITING, Delivery.State.FAILED))
    endpoints = Endpoint.objects.visible_to(principal).listed().order_by("label", "id")
    return tuple(EndpointLine(one, waiting.get(one.pk, 0), failed.get(one.pk, 0)) for one in endpoints)


def _counted(state: str, principal: Principal) -> Mapping[int, int]:
    # One state a query: each has an index of its own rows, which are few beside those delivered.
    rows = Delivery.objects.visible_to(principal).filter(state=state).order_by()
    return dict(rows.values_list("endpoint_id").annotate(n=Count("id")))


def delivery_page(endpoint: Endpoint, principal: Principal, before: int | None = None) -> DeliveryPage:
    """A page of messages; one query."""
    rows = Delivery.objects.visible_to(principal).filter(endpoint=endpoint).order_by("-id")
    found = list((rows.filter(pk__lt=before) if before else rows)[: _PAGE + 1])
    return DeliveryPage(tuple(found[:_PAGE]), found[_PAGE - 1].pk if len(found) > _PAGE else None)


def deliveries_waiting() -> float:
    """How many messages wait to be sent, for whoever watches the install."""
    return float(Delivery.objects.filter(state=Delivery.State.WAITING).count())
