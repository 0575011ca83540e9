"""Reads of derived history: tables for those who compute, frozen answers for pages."""

from __future__ import annotations

from fleuve.history.queries.as_known import ChangedDays, changed_days
from fleuve.history.queries.customers import (
    PartyLine,
    PartyProduct,
    lines_of_party,
    products_of_party,
    purchases_of_party,
)
from fleuve.history.queries.lines import LineFilter, StateLine, count_lines, lines_in, stream_lines
from fleuve.history.queries.months import RevenueMonth, RevenueYear, revenue_by_month, revenue_by_year
from fleuve.history.queries.reading import (
    Headline,
    Period,
    basis,
    batches,
    connection,
    generation,
    headline,
    is_built,
    is_up_to_date,
    margin_is_assumed,
    period,
    purchase_days,
    table,
)
from fleuve.history.queries.understanding import Understanding, understanding

__all__ = [
    "ChangedDays",
    "Headline",
    "LineFilter",
    "PartyLine",
    "PartyProduct",
    "Period",
    "RevenueMonth",
    "RevenueYear",
    "StateLine",
    "Understanding",
    "basis",
    "batches",
    "changed_days",
    "connection",
    "count_lines",
    "generation",
    "headline",
    "is_built",
    "is_up_to_date",
    "lines_in",
    "lines_of_party",
    "margin_is_assumed",
    "period",
    "products_of_party",
    "purchase_days",
    "purchases_of_party",
    "revenue_by_month",
    "revenue_by_year",
    "stream_lines",
    "table",
    "understanding",
]
