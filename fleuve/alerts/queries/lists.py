"""Alerts as lists: which ones, by money at stake, and how many of each kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fleuve.accounts.queries import organisation
from fleuve.alerts.models import Alert, AlertQuerySet
from fleuve.alerts.queries.words import is_good_news, promise_sentence, sentence_of, tone_of
from fleuve.kernel.principal import Principal, may
from fleuve.ui import formatting
from fleuve.ui.tables import Page, Sort, keyset

__all__ = [
    "SHOWN",
    "AlertLine",
    "AlertList",
    "alert_lines",
    "alerts_of_customer",
    "alerts_page",
    "counts_by_kind",
    "waiting_alerts",
]

SHOWN: Final = ("all", "silence", "rhythm", "basket", "early", "mine", "later")
_AT_ONCE: Final = 25
# Of one customer: one open alert of each kind, and the latest that were judged.
_JUDGED: Final = 3
_ABOUT_ONE: Final = len(Alert.Kind) + _JUDGED


@dataclass(frozen=True)
class AlertLine:
    """An alert as a list shows it."""

    id: int
    version: int
    name: str
    customer_url: str
    url: str
    kind: str
    tone: str
    sentence: str
    promise: str
    at_stake: str
    assigned: str
    assigned_id: int | None
    is_mine: bool
    snoozed: str
    closed: str
    is_open: bool
    verdict: str
    may_write: bool
    task_url: str


@dataclass(frozen=True)
class AlertList:
    """A page of alerts, most money at stake first."""

    lines: tuple[AlertLine, ...]
    page: Page
    counts: dict[str, int]


def waiting_alerts(principal: Principal, today: date) -> AlertQuerySet[Alert]:
    """Open alerts within reach that nobody has put off beyond today."""
    opened: AlertQuerySet[Alert] = Alert.objects.visible_to(principal).filter(is_open=True)
    return opened.filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=today))


def alerts_page(principal: Principal, today: date, shown: str, cursor: str) -> AlertList:
    """One page of a tab."""
    found = keyset(
        _shown(principal, today, shown).select_related("party__card", "run"),
        field="at_stake",
        sort=Sort("at_stake", descending=True),
        cursor=cursor,
        size=_AT_ONCE,
    )
    return AlertList(alert_lines(found.rows, principal), found.page, counts_by_kind(principal, today))


def counts_by_kind(principal: Principal, today: date) -> dict[str, int]:
    """Waiting alerts of each kind, by ``all`` and by kind, in one question."""
    rows = waiting_alerts(principal, today).order_by().values_list("kind").annotate(many=Count("pk"))
    counts = {kind: many for kind, many in rows if many}
    return {"all": sum(counts.values())} | counts


def alerts_of_customer(party_id: int, principal: Principal) -> tuple[AlertLine, ...]:
    """The open alerts about one customer, and the latest judged ones."""
    about = Alert.objects.visible_to(principal).filter(party_id=party_id).select_related("party__card", "run")
    found = list(about.filter(Q(is_open=True) | ~Q(verdict="")).order_by("-is_open", "-verdict_at", "pk")[:_ABOUT_ONE])
    waiting = sum(alert.is_open for alert in found)
    return alert_lines(found[: waiting + _JUDGED], principal)


def alert_lines(alerts: Iterable[Alert], principal: Principal) -> tuple[AlertLine, ...]:
    """Alerts with their customer and run at hand, in words."""
    currency = organisation().currency or "EUR"
    return tuple(_line(alert, currency, principal) for alert in alerts)


def _shown(principal: Principal, today: date, shown: str) -> AlertQuerySet[Alert]:
    if shown == "later":
        return Alert.objects.visible_to(principal).filter(is_open=True, snoozed_until__gt=today)
    waiting = waiting_alerts(principal, today)
    if shown == "mine":
        return waiting.filter(assigned_id=principal.user_id or 0)
    return waiting if shown == "all" else waiting.filter(kind=shown)


def _line(alert: Alert, currency: str, principal: Principal) -> AlertLine:
    card, sentence = alert.party.card, sentence_of(alert, currency)
    closed = _("Closed on %(day)s: %(why)s") % {
        "day": formatting.day(alert.closed_on),
        "why": _why_closed(alert),
    }
    return AlertLine(
        id=alert.pk,
        version=alert.version,
        name=card.name or card.customer_number,
        customer_url=reverse("workspace:customer", args=[alert.party_id]),
        url=reverse("alerts:alert", args=[alert.pk]),
        kind=alert.get_kind_display(),
        tone=tone_of(alert),
        sentence=sentence,
        promise=promise_sentence(alert, alert.run),
        at_stake="" if is_good_news(alert) else formatting.money(alert.at_stake, currency, decimals=0),
        assigned=alert.assigned_label,
        assigned_id=alert.assigned_id,
        is_mine=alert.assigned_id is not None and alert.assigned_id == principal.user_id,
        snoozed=formatting.day(alert.snoozed_until) if alert.snoozed_until else "",
        closed="" if alert.is_open else closed,
        is_open=alert.is_open,
        verdict=_verdict(alert),
        may_write=may(principal, "write", card),
        task_url=_task_url(alert, sentence),
    )


def _task_url(alert: Alert, sentence: str) -> str:
    """Where a task about the customer is written, with the alert in its words."""
    name = alert.party.card.name or alert.party.card.customer_number
    title = (_("Thank %(name)s") if is_good_news(alert) else _("Call %(name)s")) % {"name": name}
    address = reverse("tasks:customer_tasks", args=[alert.party_id])
    return f"{address}?{urlencode({'title': title, 'detail': f'{alert.get_kind_display()}: {sentence}'})}"


def _why_closed(alert: Alert) -> str:
    return str(Alert.Closed(alert.closed_why).label) if alert.closed_why else ""


def _verdict(alert: Alert) -> str:
    if not alert.verdict:
        return ""
    said = {"right": pgettext("alert", "Right"), "wrong": pgettext("alert", "False alarm")}[alert.verdict]
    return _("%(verdict)s, says %(who)s") % {"verdict": said, "who": alert.verdict_by_label}
