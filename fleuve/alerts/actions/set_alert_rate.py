"""Say how many false alarms the house puts up with."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.alerts.errors import AlertRefused
from fleuve.alerts.models import Rate
from fleuve.alerts.queries.runs import chosen_rate_bp
from fleuve.alerts.rules import LEAST_RATE_BP, MOST_RATE_BP
from fleuve.events import record
from fleuve.jobs import enqueue
from fleuve.kernel.principal import Principal, require

__all__ = ["set_alert_rate"]


def set_alert_rate(*, per_year_bp: int, by: Principal, at: datetime) -> bool:
    """Allow so many false alarms per customer and year (in ten-thousandths) and have everybody judged anew.

    Returns whether anything changed. Raises ``AlertRefused`` below one in a hundred years and above two a year.
    """
    require(by, "configure")
    if not LEAST_RATE_BP <= per_year_bp <= MOST_RATE_BP:
        raise AlertRefused(_("Allow between 0.01 and 2 false alarms per customer and year."), rate=per_year_bp)
    with transaction.atomic():
        if chosen_rate_bp() == per_year_bp:
            return False
        rate = Rate.objects.create(per_year_bp=per_year_bp, at=at, by_kind=by.kind, by_id=by.id, by_label=by.label)
        record("alerts.rate_set", by=by, at=at, subject=("alert_rate", rate.pk), data={"per_year_bp": per_year_bp})
        enqueue("alerts.judge", by=by, unique_key="alerts.judge", again_if_running=True)
    return True
