"""What value tells the attribute registry: purchase behaviour and worth, read from the list rows."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from fleuve.attributes import Attribute, Choice, register
from fleuve.value.models import Stage

__all__ = ["register_attributes"]

_KNOWING_CUSTOMERS = _("Knowing what customers need and whom to call")
_WHILE_CUSTOMER = _("While a customer, then three years")
_AFTER_PARTIES = 100


def register_attributes() -> None:
    """Declare every attribute of this module; called once, when the application starts."""
    for order, attribute in enumerate(_attributes(), start=_AFTER_PARTIES):
        register(
            replace(
                attribute,
                order=order,
                personal="behaviour",
                purpose=_KNOWING_CUSTOMERS,
                retention=_WHILE_CUSTOMER,
            )
        )


def _attributes() -> tuple[Attribute, ...]:
    stages = tuple(Choice(value, label) for value, label in Stage.choices)
    return (
        Attribute("stage", "choice", _("Stage"), "value", choices=stages),
        Attribute("is_slipping", "yes_no", _("Slipping away"), "value"),
        Attribute("last_purchase_on", "date", _("Last purchase"), "value", sortable=True),
        Attribute("first_purchase_on", "date", _("First purchase"), "value", sortable=True),
        Attribute("purchase_days", "number", _("Days with a purchase"), "value"),
        Attribute("usual_gap_days", "number", _("Usual gap in days"), "value", unit=_("days")),
        Attribute("silent_days", "number", _("Days of silence"), "value", unit=_("days")),
        Attribute("revenue_12_months", "money", _("Revenue, 12 months"), "value", sortable=True),
        Attribute("revenue_12_months_before", "money", _("Revenue, the 12 months before"), "value"),
        Attribute("revenue_total", "money", _("Revenue in all"), "value", sortable=True),
        Attribute("value", "money", _("Customer value"), "value", sortable=True),
        Attribute("at_stake", "money", _("Money at stake"), "value", sortable=True),
        Attribute("band", "number", _("Value band (1 is the best)"), "value"),
    )
