"""The facts of value."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
    Fact(
        "value.revalued",
        _("Customers valued"),
        "A valuation was computed and stored; data: its id and counts.",
        is_public=True,
    ),
    Fact("value.house_rule_set", _("House rule set"), "The house's usual gap was set; data: days, 0 for measured."),
    Fact("value.call_marked", _("Call marked"), "A customer of *To call first* was marked called, later or wrong."),
    Fact(
        "value.policy_set",
        _("Care decided"),
        "What to do with a cell of value and loyalty was decided; data: the cell and the policy.",
        is_public=True,
    ),
)
