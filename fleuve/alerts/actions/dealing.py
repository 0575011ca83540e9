"""Changing one alert that nobody else has changed since it was opened."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from fleuve.alerts.errors import NoSuchAlert
from fleuve.alerts.models import Alert
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.principal import Principal, require
from fleuve.parties.models import PartyCard

__all__ = ["change", "seen_alert"]


def seen_alert(alert_id: int, by: Principal, verb: str = "write") -> Alert:
    """The alert if ``by`` sees its customer and may do ``verb`` to it; ``NoSuchAlert`` when it is not seen."""
    alert = Alert.objects.visible_to(by).filter(pk=alert_id).first()
    if alert is None:
        raise NoSuchAlert(_("This alert does not exist. Go back to the list."), alert=alert_id)
    require(by, verb, PartyCard.objects.get(party_id=alert.party_id))
    return alert


def change(alert: Alert, version: int | None, **columns: Any) -> None:
    """Write columns if the alert is still at ``version`` (by default the one it was read at)."""
    expected = alert.version if version is None else version
    there = Alert.objects.filter(pk=alert.pk, version=expected)
    if there.update(version=F("version") + 1, **columns):
        return
    now = Alert.objects.get(pk=alert.pk)
    raise EditedMeanwhile(
        _("Somebody dealt with this alert in the meantime. Look at it again."),
        version=now.version,
        theirs={"verdict": now.verdict, "assigned": now.assigned_label, "snoozed_until": now.snoozed_until},
    )
