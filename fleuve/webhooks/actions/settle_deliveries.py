"""Write down what came of attempts, and what follows for the message and its endpoint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from fleuve.accounts.actions import notify
from fleuve.accounts.models import User
from fleuve.events import record
from fleuve.kernel.principal import Principal, require
from fleuve.webhooks.actions.switch_endpoint import switch_off_endpoint
from fleuve.webhooks.models import Delivery, Endpoint
from fleuve.webhooks.rules import (
    FAILURES_BEFORE_NOTICE,
    LONGEST_FAILING,
    PAUSE_WHILE_FAILING,
    is_gone,
    is_taken,
    next_attempt_at,
)
from fleuve.webhooks.sending import Outcome

__all__ = ["settle_deliveries"]


def settle_deliveries(*, outcomes: Sequence[Outcome], draw: Callable[[], float], by: Principal, at: datetime) -> None:
    """Settle each outcome. ``draw`` spreads the next attempts; an outcome of an earlier claim changes nothing."""
    require(by, "operate")
    with transaction.atomic():
        for outcome in outcomes:
            if _settled(outcome, draw(), at):
                endpoint = Endpoint.objects.get(pk=outcome.attempt.endpoint_id)
                _judge(endpoint, outcome, by, at)


def _settled(outcome: Outcome, draw: float, at: datetime) -> bool:
    """Write the message's fate; false when it was claimed anew since, or its endpoint switched off."""
    again = next_attempt_at(outcome.attempt.number, at, draw)
    fate: dict[str, object]
    if is_taken(outcome.status):
        fate = {"state": Delivery.State.SENT, "next_at": None, "sent_at": at}
    elif is_gone(outcome.status) or again is None:
        fate = {"state": Delivery.State.FAILED, "next_at": None}
    else:
        fate = {"next_at": again}
    # Switched off while it was on its way: it was delivered all the same, and that is what is told.
    open_states = [Delivery.State.WAITING, *([Delivery.State.GONE] if is_taken(outcome.status) else [])]
    number = outcome.attempt.number
    claimed = Delivery.objects.filter(pk=outcome.attempt.delivery_id, attempt=number, state__in=open_states)
    last = {"last_status": outcome.status, "last_error": outcome.error, "last_ms": outcome.milliseconds}
    return bool(claimed.update(**fate, **last))


def _judge(endpoint: Endpoint, outcome: Outcome, by: Principal, at: datetime) -> None:
    if is_taken(outcome.status):
        if endpoint.failures:
            healthy = {"failures": 0, "failing_since": None, "state": Endpoint.State.ON}
            Endpoint.objects.live().filter(pk=endpoint.pk).update(**healthy)
    elif is_gone(outcome.status):
        _switch_off(endpoint, Endpoint.Why.GONE, by, at)
    else:
        Endpoint.objects.filter(pk=endpoint.pk).update(failures=F("failures") + 1)
        _judge_failing(endpoint, endpoint.failures + 1, by, at)


def _judge_failing(endpoint: Endpoint, failures: int, by: Principal, at: datetime) -> None:
    if endpoint.state == Endpoint.State.ON and failures >= FAILURES_BEFORE_NOTICE:
        failing = {"state": Endpoint.State.FAILING, "failing_since": at}
        Endpoint.objects.filter(pk=endpoint.pk).update(**failing)
        subject = ("endpoint", endpoint.pk)
        record("webhooks.endpoint_failing", by=by, at=at, subject=subject, data={"failures": failures})
        notify(_owners(), "webhook_failing", subject, by=by, at=at)
    elif endpoint.failing_since and at - endpoint.failing_since >= LONGEST_FAILING:
        _switch_off(endpoint, Endpoint.Why.FAILING, by, at)
    if failures >= FAILURES_BEFORE_NOTICE:
        # One message at a time finds out whether the receiver is back; the others keep their attempts for then.
        soon = at + PAUSE_WHILE_FAILING
        waiting = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING, next_at__lt=soon)
        waiting.update(next_at=soon)


def _switch_off(endpoint: Endpoint, why: Endpoint.Why, by: Principal, at: datetime) -> None:
    if switch_off_endpoint(endpoint=endpoint, why=why, by=by, at=at):
        notify(_owners(), "webhook_off", ("endpoint", endpoint.pk), by=by, at=at)


def _owners() -> list[int]:
    return list(User.objects.filter(role=User.Role.OWNER, is_active=True).values_list("pk", flat=True))
