"""The facts of alerts."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
    Fact(
        "alerts.judged",
        _("Customers watched for alerts"),
        "Every rhythm was judged anew; data: counts.",
        is_public=True,
    ),
    Fact(
        "alerts.raised",
        _("Alerts raised"),
        "Customers left their own pattern; data: how many of which kind.",
        is_public=True,
    ),
    Fact(
        "alerts.assigned",
        _("Alert given to somebody"),
        "An alert was given to a colleague; data: whom.",
        is_public=True,
    ),
    Fact("alerts.snoozed", _("Alert put off"), "An alert was put off; data: until when."),
    Fact(
        "alerts.verdict_given",
        _("Alert judged"),
        "A person said whether an alert was right; data: the verdict.",
        is_public=True,
    ),
    Fact(
        "alerts.rate_set",
        _("False alarms allowed"),
        "How many false alarms may be raised was set; data: per customer and year.",
    ),
)
