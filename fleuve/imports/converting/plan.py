"""How the rows of one file are to be read: the mapping, and the answers to what the file does not tell."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from fleuve.imports.mapping.fields import Mapping

__all__ = ["Answers", "Plan"]


@dataclass(frozen=True)
class Answers:
    """What decides the meaning of cells. ``credit_prefix`` marks credit notes by their number (blank: nothing does)."""

    date_order: str = "dmy"
    decimal: str = "."
    currency: str = "EUR"  # of cells without a currency of their own
    credit_prefix: str = ""
    credits_are_positive: bool = False
    accepts_large_amounts: bool = False
    rates: Dictionary[str, Decimal] = field(default_factory=dict)  # one unit of a currency in the home currency


@dataclass(frozen=True)
class Plan:
    """Everything that the conversion of a row depends on; the same plan makes the same facts again."""

    mapping: Mapping
    answers: Answers
    home_currency: str
    zone: ZoneInfo
    today: date
