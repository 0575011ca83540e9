"""One customer's purchases, line by line and product by product."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from django.utils.timezone import make_aware
from duckdb import DuckDBPyConnection

from fleuve.history.errors import HistoryNotBuilt
from fleuve.history.queries.reading import connection
from fleuve.touchpoints.rules.abandoned import is_abandoned, usual_gap_days

__all__ = ["PartyLine", "PartyProduct", "lines_of_party", "products_of_party", "purchases_of_party"]


@dataclass(frozen=True)
class PartyLine:
    """A line of a customer's history with what became of it."""

    line_id: int
    at: datetime
    day: date
    number: str
    product_code: str
    product_name: str
    quantity_e3: int
    amount: int
    counted: int
    state: str
    kind: str


@dataclass(frozen=True)
class PartyProduct:
    """A product that a customer buys or bought. ``usual_gap_days`` is None before there is a rhythm."""

    product_id: int
    code: str
    name: str
    purchase_days: int
    first_day: date
    last_day: date
    quantity_e3: int
    revenue: int
    usual_gap_days: float | None
    silent_days: int
    is_abandoned: bool


_READ: Final = (
    'party_id, purchase_id, import_row, line_id, "at", day, number, product_id, product_code, product_name, '
    "product_kind, quantity_e3, amount, counted, state, kind"
)


def lines_of_party(party_id: int, limit: int = 500) -> tuple[PartyLine, ...]:
    """The newest lines of a customer, all states, newest first."""
    with connection("lines") as duck:
        return _lines(duck, party_id, limit)


def products_of_party(party_id: int, today: date) -> tuple[PartyProduct, ...]:
    """What a customer buys and has stopped buying, by revenue. ``today`` is the day to which silence is counted."""
    with connection("lines") as duck:
        return _products(duck, party_id, today)


def purchases_of_party(
    party_id: int, limit: int, today: date
) -> tuple[tuple[PartyLine, ...], tuple[PartyProduct, ...]]:
    """``lines_of_party`` and ``products_of_party`` from the same generation; nothing of either before there is one."""
    try:
        with connection("lines") as duck:
            # The file is opened and its pages unpacked once: a second time took a quarter of the page.
            wanted = f"CREATE TEMP TABLE of_party AS SELECT {_READ} FROM lines WHERE party_id = ?"
            duck.execute(wanted, [party_id])
            return _lines(duck, party_id, limit, "of_party"), _products(duck, party_id, today, "of_party")
    except HistoryNotBuilt:
        return (), ()


def _lines(duck: DuckDBPyConnection, party_id: int, limit: int, source: str = "lines") -> tuple[PartyLine, ...]:
    rows = duck.execute(
        'SELECT line_id, "at", day, number, product_code, product_name, quantity_e3, amount, counted, state, kind '
        f'FROM {source} WHERE party_id = ? ORDER BY "at" DESC, purchase_id, import_row LIMIT ?',
        [party_id, limit],
    ).fetchall()
    return tuple(PartyLine(line, make_aware(at, UTC), *rest) for line, at, *rest in rows)


def _products(duck: DuckDBPyConnection, party_id: int, today: date, source: str = "lines") -> tuple[PartyProduct, ...]:
    rows = duck.execute(
        "SELECT product_id, any_value(product_code), any_value(product_name), day, sum(quantity_e3)::BIGINT, "
        f"sum(counted)::BIGINT FROM {source} "
        "WHERE party_id = ? AND state IN ('counted', 'partly_returned') AND product_kind = 'product' "
        "AND product_id IS NOT NULL AND counted > 0 GROUP BY product_id, day ORDER BY product_id, day",
        [party_id],
    ).fetchall()
    by_product: dict[int, list[tuple[int, str, str, date, int, int]]] = defaultdict(list)
    for row in rows:
        by_product[row[0]].append(row)
    found = (_product(bought, today) for bought in by_product.values())
    return tuple(sorted(found, key=lambda product: -product.revenue))


def _product(bought: list[tuple[int, str, str, date, int, int]], today: date) -> PartyProduct:
    days = [row[3] for row in bought]
    return PartyProduct(
        product_id=bought[0][0],
        code=bought[0][1],
        name=bought[0][2],
        purchase_days=len(days),
        first_day=days[0],
        last_day=days[-1],
        quantity_e3=sum(row[4] for row in bought),
        revenue=sum(row[5] for row in bought),
        usual_gap_days=usual_gap_days(days),
        silent_days=(today - days[-1]).days,
        is_abandoned=is_abandoned(days, today),
    )
