"""Give an alert to a colleague, take it oneself, or give it to nobody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.models import User
from fleuve.alerts.actions.dealing import change, seen_alert
from fleuve.alerts.errors import AlertRefused
from fleuve.events import record
from fleuve.kernel.principal import Principal, may

__all__ = ["assign_alert"]


def assign_alert(
    *, alert_id: int, user_id: int | None, version: int | None = None, by: Principal, at: datetime
) -> int | None:
    """Assign the alert and answer to whom it was assigned before.

    Taking one oneself, and giving back what is one's own, asks to write; anything else asks to assign.
    """
    alert = seen_alert(alert_id, by)
    is_own = by.user_id is not None and {user_id, alert.assigned_id} <= {by.user_id, None}
    if not is_own:
        seen_alert(alert_id, by, "assign")
    label = ""
    if user_id is not None:
        colleague = User.objects.visible_to(by).filter(pk=user_id, is_active=True).first()
        if colleague is None or not may(colleague.principal, "write"):
            raise AlertRefused(_("This person does not work on alerts. Choose a colleague from the list."))
        label = colleague.name
    before = alert.assigned_id
    with transaction.atomic():
        change(alert, version, assigned_id=user_id, assigned_label=label)
        data = {"user": str(user_id or "")}
        record("alerts.assigned", by=by, at=at, subject=("alert", alert.pk), data=data)
    return before
