"""What value tells the attribute registry: worth and rhythm, read from the list rows."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from fleuve.attributes import Attribute, Choice, register
from fleuve.value.models import PolicyName, Stage

__all__ = ["register_attributes"]

_BAND_HELP = _("1 brings most; 0 brought nothing in twelve months.")
_FOLLOW_UP = _("Following customer relationships")
_WHILE_CUSTOMER = _("While a customer, then three years")


def register_attributes() -> None:
    """Declare every attribute of this module; called once, when the application starts."""
    for order, attribute in enumerate(_attributes(), start=40):
        told = replace(attribute, order=order, personal="behaviour", purpose=_FOLLOW_UP, retention=_WHILE_CUSTOMER)
        register(told)


def _attributes() -> tuple[Attribute, ...]:
    stages = tuple(Choice(value, label) for value, label in Stage.choices)
    policies = tuple(Choice(value, label) for value, label in PolicyName.choices)
    days = _("days")
    return (
        Attribute("stage", "choice", _("Stage"), "value", choices=stages),
        Attribute("policy", "choice", _("What to do"), "value", choices=policies),
        Attribute("is_slipping", "yes_no", _("Slipping away"), "value"),
        Attribute("band", "number", _("Band"), "value", groupable=True, help=_BAND_HELP),
        Attribute("at_stake", "money", _("Money at stake"), "value", sortable=True),
        Attribute("value", "money", _("Customer value"), "value", sortable=True),
        Attribute("probability_active", "number", _("Chance still a customer"), "value"),
        Attribute("expected_purchases", "number", _("Expected purchases"), "value"),
        Attribute("revenue_12_months", "money", _("Revenue of 12 months"), "value", sortable=True),
        Attribute("revenue_total", "money", _("Revenue in all"), "value"),
        Attribute("purchase_days", "number", _("Days with a purchase"), "value"),
        Attribute("first_purchase_on", "date", _("First purchase"), "value"),
        Attribute("last_purchase_on", "date", _("Last purchase"), "value", sortable=True),
        Attribute("silent_days", "number", _("Silence"), "value", unit=days),
        Attribute("usual_gap_days", "number", _("Usual gap"), "value", unit=days),
    )
