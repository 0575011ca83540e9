"""What is known of everybody at a month-end before any parameter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from fleuve.value.estimation.customers import BoolArray, Customers, Rhythm, rhythm_of
from fleuve.value.estimation.days import IntArray, Purchases, day_number
from fleuve.value.estimation.models import Group
from fleuve.value.estimation.summed import customers_at, received_at
from fleuve.value.rules.periods import month_end

__all__ = ["AlreadyThere", "Known", "known_at"]

AlreadyThere = Callable[[Customers, float], BoolArray]
GroupOf = Callable[[IntArray], Group]


@dataclass(frozen=True)
class Known:
    """What a month-end knows of its customers before any parameter."""

    month: int
    customers: Customers
    rhythm: Rhythm | None
    group: Group
    already_there: BoolArray
    realised: int


def known_at(purchases: Purchases, month: int, group_of: GroupOf, already_there: AlreadyThere) -> Known:
    """Sum up everybody who had bought by a month-end."""
    end = month_end(month)
    customers = customers_at(purchases, end)
    rhythm = rhythm_of(customers, purchases.house_days)
    there = already_there(customers, rhythm.house.half if rhythm else 0.0)
    group = group_of(customers.ids)
    before = day_number(date(month // 100, month % 100, 1)) - 1
    return Known(month, customers, rhythm, group, there, received_at(purchases, before, end))
