"""Give an alert to a colleague, take it oneself, or give it to nobody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.actions import notify
from fleuve.accounts.queries import principal_of_user, who_sees
from fleuve.alerts.actions.dealing import change, seen_alert
from fleuve.alerts.errors import AlertRefused
from fleuve.alerts.models import Alert
from fleuve.events import record
from fleuve.kernel.principal import Principal, may, require
from fleuve.parties.models import PartyCard

__all__ = ["assign_alert"]


def assign_alert(
    *, alert_id: int, user_id: int | None, version: int | None = None, by: Principal, at: datetime
) -> int | None:
    """Assign the alert and answer to whom it was assigned before.

    Taking one oneself, and giving back what is one's own, asks to write; anything else asks to assign.
    """
    require(by, "write")
    alert = seen_alert(alert_id, by)
    is_own = by.user_id is not None and {user_id, alert.assigned_id} <= {by.user_id, None}
    if not is_own:
        seen_alert(alert_id, by, "assign")
    label = ""
    if user_id is not None:
        label = _name_of(user_id, alert)
    before = alert.assigned_id
    with transaction.atomic():
        change(alert, version, assigned_id=user_id, assigned_label=label)
        data = {"user": str(user_id or "")}
        record("alerts.assigned", by=by, at=at, subject=("alert", alert.pk), data=data)
        if user_id is not None:
            notify([user_id], "assigned", ("alert", alert.pk), by, at)
    return before


def _name_of(user_id: int, alert: Alert) -> str:
    """The colleague's name, if they see the customer and may work on alerts."""
    colleague = principal_of_user(user_id)
    owner = PartyCard.objects.values_list("owner_id", flat=True).get(party_id=alert.party_id)
    if colleague is None or not may(colleague, "write") or not who_sees(owner, [user_id]):
        raise AlertRefused(_("This person does not see this customer or may not act. Choose another colleague."))
    return colleague.label
