"""What changes alerts."""

from __future__ import annotations

from fleuve.alerts.actions.ask_for_judging import ask_for_judging
from fleuve.alerts.actions.assign_alert import assign_alert
from fleuve.alerts.actions.judge_alert import judge_alert
from fleuve.alerts.actions.judge_customers import judge_customers
from fleuve.alerts.actions.set_alert_rate import set_alert_rate
from fleuve.alerts.actions.snooze_alert import LONGEST_SNOOZE_DAYS, snooze_alert

__all__ = [
    "LONGEST_SNOOZE_DAYS",
    "ask_for_judging",
    "assign_alert",
    "judge_alert",
    "judge_customers",
    "set_alert_rate",
    "snooze_alert",
]
