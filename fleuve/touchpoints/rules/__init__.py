"""Pure decisions about purchases: what a line stands for, which customer is not one, what an amount is worth."""

from __future__ import annotations

from fleuve.touchpoints.rules.amounts import line_amount
from fleuve.touchpoints.rules.first_weeks import was_already_there, weeks_already_there, weeks_of_median
from fleuve.touchpoints.rules.product_kinds import product_kind
from fleuve.touchpoints.rules.special_customers import Rhythm, is_impossible_rhythm, special_of_name

__all__ = [
    "Rhythm",
    "is_impossible_rhythm",
    "line_amount",
    "product_kind",
    "special_of_name",
    "was_already_there",
    "weeks_already_there",
    "weeks_of_median",
]
