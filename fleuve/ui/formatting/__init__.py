"""Figures in words, in the active language: prepare strings with these in queries and views.

Every function answers a string and takes ``None`` (``–``). They cost microseconds; the template filters ``date`` and
``floatformat`` cost most of a table's rendering time.
"""

from __future__ import annotations

from fleuve.ui.formatting.dates import ago, day, day_month, days, duration, moment, month, month_short, quarter
from fleuve.ui.formatting.locale import NOTHING
from fleuve.ui.formatting.money import (
    currency_symbol,
    money,
    money_interval,
    money_short,
    signed_money,
)
from fleuve.ui.formatting.numbers import (
    interval,
    items,
    number,
    number_interval,
    number_short,
    ordinal,
    percent,
    percent_interval,
    points,
    signed_number,
    signed_percent,
)

__all__ = [
    "NOTHING",
    "ago",
    "currency_symbol",
    "day",
    "day_month",
    "days",
    "duration",
    "interval",
    "items",
    "moment",
    "money",
    "money_interval",
    "money_short",
    "month",
    "month_short",
    "number",
    "number_interval",
    "number_short",
    "ordinal",
    "percent",
    "percent_interval",
    "points",
    "quarter",
    "signed_money",
    "signed_number",
    "signed_percent",
]
