"""Put an alert off until a day, or call it back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.alerts.actions.dealing import change, seen_alert
from fleuve.alerts.errors import AlertRefused
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["LONGEST_SNOOZE_DAYS", "snooze_alert"]

LONGEST_SNOOZE_DAYS: Final = 180


def snooze_alert(
    *, alert_id: int, until: date | None, version: int | None = None, by: Principal, at: datetime
) -> date | None:
    """Hide the alert from the lists until ``until``; nothing shows it again. Answers until when it was put off before.

    It comes back on that day if it is still open. Raises ``AlertRefused`` for a day that has passed or lies more than
    half a year ahead.
    """
    require(by, "write")
    alert = seen_alert(alert_id, by)
    today = organisation().today(at)
    if until is not None and not today < until <= today + timedelta(days=LONGEST_SNOOZE_DAYS):
        raise AlertRefused(_("Choose a day between tomorrow and half a year from now."))
    if not alert.is_open:
        raise AlertRefused(_("This alert is closed already."))
    before = alert.snoozed_until
    with transaction.atomic():
        change(alert, version, snoozed_until=until)
        data = {"until": until.isoformat() if until else ""}
        record("alerts.snoozed", by=by, at=at, subject=("alert", alert.pk), data=data)
    return before
