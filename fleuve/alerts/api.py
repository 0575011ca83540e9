"""Operations on alerts: what was noticed, and what people say of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query
from pydantic import Field

from fleuve.accounts.queries import organisation
from fleuve.alerts.actions import assign_alert, judge_alert, snooze_alert
from fleuve.alerts.models import Alert
from fleuve.alerts.queries.words import is_good_news, promise_sentence, sentence_of
from fleuve.api.callers import ApiRequest
from fleuve.api.paging import PageOf, Paging, answer_page, keyset
from fleuve.api.routes import Routes
from fleuve.api.schemas import Amount, Id, In, Out, id_number, money_of
from fleuve.api.versions import expected_version, tagged
from fleuve.kernel.principal import require

__all__ = ["router"]

router = Routes("alerts", title="Alerts")

Kind = Literal["silence", "rhythm", "basket", "early"]


class AlertOut(Out):
    """Something unusual about one customer."""

    id: Id
    customer_id: Id
    kind: Kind
    sentence: str = Field(description="What is unusual, in the language asked for.")
    promise: str = Field(description="How often an alert like this is false.")
    at_stake: Amount | None = Field(description="Nothing for good news.")
    since_on: date
    raised_on: date
    is_open: bool
    closed_on: date | None
    closed_why: str
    assigned_to: Id | None
    assigned_label: str
    snoozed_until: date | None
    verdict: Literal["", "right", "wrong"]
    verdict_note: str
    verdict_by: str
    verdict_at: datetime | None
    version: int


class AssignmentIn(In):
    """To whom."""

    user_id: Id | None = Field(description="Nothing gives it to nobody.")


class SnoozeIn(In):
    """Until when."""

    until: date | None = Field(description="Within half a year; nothing shows it again.")


class VerdictIn(In):
    """Whether it was right."""

    verdict: Literal["", "right", "wrong"] = Field(description="Empty takes it back.", examples=["right"])
    note: str = Field("", max_length=240)


class AlertPaging(Paging):
    """Which alerts."""

    state: Literal["waiting", "later", "closed", "all"] = Field(
        "waiting", description="Open and not put off, put off, closed, or all of them."
    )
    kind: Literal["", "silence", "rhythm", "basket", "early"] = ""
    mine: bool = Field(False, description="Only those assigned to the key’s person.")
    customer_id: Id | None = None


@router.get("/alerts", response=PageOf[AlertOut], summary="List alerts")
def list_alerts(request: ApiRequest, response: HttpResponse, paging: Query[AlertPaging]) -> object:
    """About customers within the key's reach, the most money at stake first."""
    rows = Alert.objects.visible_to(request.principal).filter(
        _state(paging.state, organisation().today(timezone.now()))
    )
    if paging.kind:
        rows = rows.filter(kind=paging.kind)
    if paging.mine:
        rows = rows.filter(assigned_id=request.principal.user_id or 0)
    if paging.customer_id is not None:
        rows = rows.filter(party_id=id_number(paging.customer_id))
    alerts, after = keyset(rows.select_related("run"), paging, order=("-at_stake", "-id"))
    return answer_page(request, response, (_told(alert) for alert in alerts), after)


@router.get("/alerts/{alert_id}", response=AlertOut, summary="Read an alert")
def read_alert(request: ApiRequest, response: HttpResponse, alert_id: Id) -> object:
    """One alert."""
    return _answered(request, response, _seen(request, alert_id))


@router.put("/alerts/{alert_id}/assignment", response=AlertOut, summary="Assign an alert", versioned=True)
def assign_alert_(request: ApiRequest, response: HttpResponse, alert_id: Id, data: AssignmentIn) -> object:
    """Taking one oneself asks to write; anything else asks to assign. Who gets it is told."""
    alert, version = _changeable(request, alert_id), expected_version(request)
    user_id = None if data.user_id is None else id_number(data.user_id)
    assign_alert(alert_id=alert.pk, user_id=user_id, version=version, by=request.principal, at=timezone.now())
    return _answered(request, response, _seen(request, alert_id))


@router.put("/alerts/{alert_id}/snooze", response=AlertOut, summary="Put an alert off", versioned=True)
def snooze_alert_(request: ApiRequest, response: HttpResponse, alert_id: Id, data: SnoozeIn) -> object:
    """It comes back on that day if it is still open."""
    alert, version = _changeable(request, alert_id), expected_version(request)
    snooze_alert(alert_id=alert.pk, until=data.until, version=version, by=request.principal, at=timezone.now())
    return _answered(request, response, _seen(request, alert_id))


@router.put("/alerts/{alert_id}/verdict", response=AlertOut, summary="Judge an alert", versioned=True)
def judge_alert_(request: ApiRequest, response: HttpResponse, alert_id: Id, data: VerdictIn) -> object:
    """Judgements are counted, and close the alert."""
    alert, version = _changeable(request, alert_id), expected_version(request)
    judge_alert(
        alert_id=alert.pk,
        verdict=data.verdict,
        note=data.note,
        version=version,
        by=request.principal,
        at=timezone.now(),
    )
    return _answered(request, response, _seen(request, alert_id))


def _state(state: str, today: date) -> Q:
    if state == "later":
        return Q(is_open=True, snoozed_until__gt=today)
    if state == "waiting":
        return Q(is_open=True) & (Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=today))
    return Q(is_open=False) if state == "closed" else Q()


def _seen(request: ApiRequest, alert_id: str) -> Alert:
    rows = Alert.objects.visible_to(request.principal).select_related("run", "party__card")
    found: Alert = get_object_or_404(rows, pk=id_number(alert_id))
    return found


def _changeable(request: ApiRequest, alert_id: str) -> Alert:
    """What is missing, then what is refused, then what was sent."""
    found = _seen(request, alert_id)
    require(request.principal, "write", found.party.card)
    return found


def _answered(request: ApiRequest, response: HttpResponse, alert: Alert) -> dict[str, Any]:
    tagged(request, response, alert.version)
    return _told(alert)


def _told(alert: Alert) -> dict[str, Any]:
    currency = organisation().currency or "EUR"
    plain = (
        "kind", "since_on", "raised_on", "is_open", "closed_on", "closed_why", "assigned_label", "snoozed_until",
        "verdict", "verdict_note", "verdict_at", "version",
    )  # fmt: skip
    return {
        "id": str(alert.pk),
        "customer_id": str(alert.party_id),
        "sentence": sentence_of(alert, currency),
        "promise": promise_sentence(alert, alert.run),
        "at_stake": None if is_good_news(alert) else money_of(alert.at_stake, currency),
        "assigned_to": str(alert.assigned_id) if alert.assigned_id else None,
        "verdict_by": alert.verdict_by_label,
        **{name: getattr(alert, name) for name in plain},
    }
