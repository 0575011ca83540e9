"""Reads of derived history: tables for those who compute, frozen answers for pages."""

from __future__ import annotations

from fleuve.history.queries.reading import (
    Headline,
    Period,
    basis,
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

__all__ = [
    "Headline",
    "Period",
    "basis",
    "connection",
    "generation",
    "headline",
    "is_built",
    "is_up_to_date",
    "margin_is_assumed",
    "period",
    "purchase_days",
    "table",
]
