"""Rhythms judged: what the library says of every customer, in the platform's own words."""

from __future__ import annotations

from fleuve.alerts.estimation.early import EarlyFound, early_customers
from fleuve.alerts.estimation.findings import Finding
from fleuve.alerts.estimation.judged import Judged, judge_rhythms
from fleuve.alerts.estimation.visits import Visits, visits_of_history
from fleuve.alerts.estimation.why import SilenceCurve, silence_curve

__all__ = [
    "EarlyFound",
    "Finding",
    "Judged",
    "SilenceCurve",
    "Visits",
    "early_customers",
    "judge_rhythms",
    "silence_curve",
    "visits_of_history",
]
