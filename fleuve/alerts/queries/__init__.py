"""Reads of alerts."""

from __future__ import annotations

from fleuve.alerts.queries.how_good import HowGood, how_good
from fleuve.alerts.queries.lists import (
    SHOWN,
    AlertLine,
    AlertList,
    alert_lines,
    alerts_of_customer,
    alerts_page,
    counts_by_kind,
    waiting_alerts,
)
from fleuve.alerts.queries.runs import chosen_rate_bp, has_alerts, latest_run
from fleuve.alerts.queries.why import WhyAlert, why_alert
from fleuve.alerts.queries.words import need_sentence

__all__ = [
    "SHOWN",
    "AlertLine",
    "AlertList",
    "HowGood",
    "WhyAlert",
    "alert_lines",
    "alerts_of_customer",
    "alerts_page",
    "chosen_rate_bp",
    "counts_by_kind",
    "has_alerts",
    "how_good",
    "latest_run",
    "need_sentence",
    "waiting_alerts",
    "why_alert",
]
