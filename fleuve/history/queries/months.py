"""Revenue through time, as told and as counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fleuve.history.queries.reading import connection, period

__all__ = ["RevenueMonth", "RevenueYear", "revenue_by_month", "revenue_by_year"]


@dataclass(frozen=True)
class RevenueMonth:
    """A month: ``told`` is the sum of all lines of the file, ``counted`` what is left by the rules."""

    month: int
    told: int
    counted: int
    margin: int | None
    lines: int
    orders: int
    buyers: int
    is_partial: bool


@dataclass(frozen=True)
class RevenueYear:
    """A calendar year; ``months`` says how many of its months the file covers."""

    year: int
    told: int
    counted: int
    orders: int
    months: int
    is_partial: bool  # its last month stops before the month does


def revenue_by_month(source_id: int | None = None) -> tuple[RevenueMonth, ...]:
    """Every month with a line, oldest first; the last one is flagged when the file stops before it ends."""
    with connection("months") as duck:
        rows = duck.execute(
            "SELECT month, amount, counted, margin, lines, orders, buyers FROM months "
            "WHERE source_id IS NOT DISTINCT FROM ? ORDER BY month",
            [source_id],
        ).fetchall()
    partial = period().last_month if rows and period().last_month_is_partial else None
    return tuple(RevenueMonth(*(*row, row[0] == partial)) for row in rows)


def revenue_by_year(in_months: Iterable[RevenueMonth]) -> tuple[RevenueYear, ...]:
    """The months put together by calendar year, oldest first."""
    years: dict[int, list[RevenueMonth]] = {}
    for month in in_months:
        years.setdefault(month.month // 100, []).append(month)
    return tuple(
        RevenueYear(
            year,
            sum(month.told for month in months),
            sum(month.counted for month in months),
            sum(month.orders for month in months),
            len(months),
            months[-1].is_partial,
        )
        for year, months in years.items()
    )
