"""Say whether an alert was right. Judgements are counted: they are the proof that alerts are worth reading."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.alerts.actions.alert_cards import write_alert_cards
from fleuve.alerts.actions.dealing import change, seen_alert
from fleuve.alerts.errors import AlertRefused
from fleuve.alerts.models import Alert
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["judge_alert"]


def judge_alert(
    *, alert_id: int, verdict: str, note: str = "", version: int | None = None, by: Principal, at: datetime
) -> Alert:
    """Judge the alert ``right`` or ``wrong``, which closes it; an empty verdict takes the judgement back.

    An alert that closed by itself can still be judged. One that is taken back opens again if it was open before and
    none of its kind has been opened since.
    """
    require(by, "write")
    alert = seen_alert(alert_id, by)
    if verdict not in {"", *Alert.Verdict.values}:
        raise AlertRefused(_("An alert is judged right or a false alarm."), verdict=verdict)
    with transaction.atomic():
        if verdict:
            change(alert, version, **_judged(alert, verdict, note, by, at))
        else:
            change(alert, version, **_taken_back(alert))
        write_alert_cards([alert.party_id], at)
        record("alerts.verdict_given", by=by, at=at, subject=("alert", alert.pk), data={"verdict": verdict})
    alert.refresh_from_db()
    return alert


def _judged(alert: Alert, verdict: str, note: str, by: Principal, at: datetime) -> dict[str, object]:
    said: dict[str, object] = {
        "verdict": verdict,
        "verdict_note": note.strip()[:240],
        "verdict_at": at,
        "verdict_by_label": by.label,
    }
    if alert.is_open:
        said |= {"is_open": False, "closed_on": organisation().today(at), "closed_why": Alert.Closed.JUDGED}
    return said


def _taken_back(alert: Alert) -> dict[str, object]:
    said: dict[str, object] = {"verdict": "", "verdict_note": "", "verdict_at": None, "verdict_by_label": ""}
    if alert.closed_why != Alert.Closed.JUDGED:
        return said
    is_followed = Alert.objects.filter(party_id=alert.party_id, kind=alert.kind, is_open=True).exists()
    if is_followed:
        return said | {"closed_why": Alert.Closed.WITHDRAWN}
    return said | {"is_open": True, "closed_on": None, "closed_why": ""}
