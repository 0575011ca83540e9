"""What Fleuve understood of a file: every figure of the page, for all sources or for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from fleuve.history.models import BooksCheck
from fleuve.history.queries.months import RevenueMonth, RevenueYear, revenue_by_month, revenue_by_year
from fleuve.history.queries.reading import connection
from fleuve.touchpoints.models import Product

__all__ = [
    "Category",
    "KindLines",
    "Plan",
    "SpecialCustomer",
    "StateLines",
    "Totals",
    "Understanding",
    "understanding",
]


@dataclass(frozen=True)
class StateLines:
    """How many lines are in a state and what they amount to."""

    state: str
    kind: str
    lines: int
    amount: int
    counted: int


@dataclass(frozen=True)
class KindLines:
    """Lines that are no products: the money that their switch moves."""

    kind: str
    lines: int
    amount: int
    codes: int


@dataclass(frozen=True)
class Category:
    """A product category that the file tells, by revenue."""

    name: str
    revenue: int


@dataclass(frozen=True)
class SpecialCustomer:
    """Somebody who is no customer, by a person's word ("told"), by name or by rhythm."""

    record_id: int
    name: str
    special: str
    why: str
    orders: int
    days: int
    amount: int


@dataclass(frozen=True)
class Totals:
    """Counts over all lines."""

    lines: int
    first_day: date
    last_day: date
    told: int
    counted: int
    margin: int | None
    walk_in_lines: int
    walk_in_told: int
    identical_amount: int
    documents: int
    identifiers: int
    buyers: int
    one_time_buyers: int
    not_positive: int
    only_credits: int
    subscription_like: int
    orders: int
    cancelled_orders: int
    identical_groups: int
    identical_lines: int
    zero_prices: int
    negative_prices: int
    negative_prices_amount: int
    under_a_penny: int

    @property
    def walk_in_share(self) -> float:
        """Share of the revenue as told that has no customer."""
        return self.walk_in_told / self.told if self.told else 0.0


@dataclass(frozen=True)
class Plan:
    """Something that most of its customers pay for every month: a product, or an amount where lines name none."""

    name: str
    price: int
    customers: int
    regular: int
    payments: int
    revenue: int


@dataclass(frozen=True)
class Understanding:
    """The page *What I understood*."""

    totals: Totals
    years: tuple[RevenueYear, ...]
    months: tuple[RevenueMonth, ...]
    states: tuple[StateLines, ...]
    kinds: tuple[KindLines, ...]
    categories: tuple[Category, ...]
    specials: tuple[SpecialCustomer, ...]
    plans: tuple[Plan, ...]
    books: BooksCheck | None

    @property
    def average_basket(self) -> int | None:
        """Money of an order that counts, returns taken off."""
        money = self.money("counted", "partly_returned", "walk_in")
        return round(money / self.totals.orders) if self.totals.orders else None

    def money(self, *states: str) -> int:
        """What the lines of these states bring to the revenue that counts."""
        return sum(row.counted for row in self.states if row.state in states)

    def told(self, *states: str) -> int:
        """What the file says of the lines in these states."""
        return sum(row.amount for row in self.states if row.state in states)

    def lines(self, *states: str) -> int:
        """How many lines are in these states."""
        return sum(row.lines for row in self.states if row.state in states)


def understanding(source_id: int | None = None) -> Understanding | None:
    """All figures, or None when there is no line to understand."""
    with connection("totals", "line_states", "kinds", "categories", "special_records", "plans") as duck:
        totals = _row(duck, "totals", source_id)
        if totals is None:
            return None
        states = "SELECT state, kind, sum(lines)::BIGINT, sum(amount)::BIGINT, sum(counted)::BIGINT FROM line_states"
        one = [source_id]
        where = "WHERE source_id = ?" if source_id else "WHERE ? IS NULL"
        state_rows = duck.execute(f"{states} {where} GROUP BY 1, 2 ORDER BY 3 DESC", one).fetchall()
        kinds = duck.execute(
            "SELECT product_kind, lines, amount, codes FROM kinds WHERE source_id IS NOT DISTINCT FROM ? "
            "ORDER BY abs(amount) DESC",
            one,
        ).fetchall()
        categories = duck.execute(
            f"SELECT product_category, sum(counted)::BIGINT FROM categories {where} "
            "GROUP BY 1 ORDER BY 2 DESC LIMIT 30",
            one,
        ).fetchall()
        specials = duck.execute(
            "SELECT record_id, name, special, special_why, orders, days, amount FROM special_records "
            "ORDER BY amount DESC LIMIT 50"
        ).fetchall()
        plans = duck.execute(
            "SELECT product_key, CASE WHEN least = most THEN most ELSE 0 END, customers, regular, payments, revenue "
            f"FROM plans {where} ORDER BY revenue DESC LIMIT 30",
            one,
        ).fetchall()
    months = revenue_by_month(source_id)
    return Understanding(
        totals,
        revenue_by_year(months),
        months,
        tuple(StateLines(*row) for row in state_rows),
        tuple(KindLines(*row) for row in kinds),
        tuple(Category(*row) for row in categories),
        tuple(SpecialCustomer(*row) for row in specials),
        _named(plans),
        BooksCheck.objects.order_by("-at").first(),
    )


def _named(plans: list[tuple[int, ...]]) -> tuple[Plan, ...]:
    """Plans by the names of their products."""
    names = dict(Product.objects.filter(pk__in=[row[0] for row in plans]).values_list("pk", "name"))
    return tuple(Plan(names.get(product, ""), *rest) for product, *rest in plans)


def _row(duck: duckdb.DuckDBPyConnection, name: str, source_id: int | None) -> Totals | None:
    names = tuple(Totals.__dataclass_fields__)
    row: tuple[Any, ...] | None = duck.execute(
        f"SELECT {', '.join(names)} FROM {name} WHERE source_id IS NOT DISTINCT FROM ? AND lines > 0", [source_id]
    ).fetchone()
    return Totals(*row) if row else None
