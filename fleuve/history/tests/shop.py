"""A shop in a few words: sales and credits of named customers, for tables that fit in a docstring."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

import duckdb

from fleuve.accounts.models import Organisation
from fleuve.history.actions import rebuild_history
from fleuve.history.queries import connection
from fleuve.kernel.principal import SYSTEM
from fleuve.parties.models import Membership, Party, Record, Source
from fleuve.touchpoints.models import Product, Purchase, PurchaseLine, SourceSettings
from fleuve.touchpoints.rules import line_amount, product_kind

__all__ = ["NOW", "Shop"]

NOW = datetime(2012, 1, 1, tzinfo=UTC)


@dataclass
class Shop:
    """``shop.sells("1", "2011-03-01", "Alice", ("MUG", 3, "2.50"))``; a credit has negative quantities."""

    settings: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        Organisation.objects.get_or_create(name="The shop", defaults={"currency": "EUR", "created_at": NOW})
        self.source = Source.objects.create(key="shop", name="The shop", created_at=NOW)
        self.answers = SourceSettings.objects.create(source=self.source, updated_at=NOW, **self.settings)
        self.records: dict[str, Record] = {}
        self.lines: dict[int, str] = {}

    def customer(self, name: str, /, **told: object) -> Record:
        """The record of a name, made at first mention with a party of its own."""
        if name not in self.records:
            record = Record.objects.create(
                source=self.source, external_id=name, created_at=NOW, updated_at=NOW, **{"name": name, **told}
            )
            party = Party.objects.create(created_at=NOW)
            Membership.objects.create(
                record=record, party=party, from_at=NOW, by_kind="system", by_id="", by_label="", reason="test"
            )
            self.records[name] = record
        return self.records[name]

    def sells(
        self,
        number: str,
        at: str,
        customer: str | None,
        *lines: tuple[str, float, str] | tuple[str, float, str, int],
        kind: str = "sale",
        status: str = "",
    ) -> Purchase:
        """A document with lines (code, quantity, unit price[, cost in minor units])."""
        moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
        purchase = Purchase.objects.create(
            source=self.source,
            number=number,
            kind=kind,
            status=status,
            record=self.customer(customer) if customer else None,
            at=moment,
            recorded_at=NOW,
            local_day=moment.date(),
            local_month=moment.year * 100 + moment.month,
            currency="EUR",
        )
        for ordinal, (code, quantity, price, *cost) in enumerate(lines, start=1):
            self._line(purchase, ordinal, code, quantity, price, cost[0] if cost else None)
        return purchase

    def credits(self, number: str, at: str, customer: str | None, *lines: tuple[str, float, str]) -> Purchase:
        """A credit note; give quantities as the shop prints them, negative."""
        return self.sells(number, at, customer, *lines, kind="credit")

    def _line(self, purchase: Purchase, ordinal: int, code: str, quantity: float, price: str, cost: int | None) -> None:
        quantity_e3, price_e4 = round(quantity * 1000), int(Decimal(price) * 10_000)
        amount = line_amount(quantity_e3, price_e4)
        product = None
        if code:
            product, _made = Product.objects.get_or_create(
                source=self.source, code=code, defaults={"name": code, "kind": product_kind(code, code)}
            )
        line = PurchaseLine.objects.create(
            purchase=purchase,
            ordinal=ordinal,
            product=product,
            quantity_e3=quantity_e3,
            unit_price_e4=price_e4,
            amount=amount,
            amount_home=amount,
            cost_home=cost,
            import_row=len(self.lines) + 2,
        )
        self.lines[line.pk] = f"{purchase.number}/{ordinal}"

    def build(self) -> None:
        """Derive everything."""
        rebuild_history(by=SYSTEM, at=NOW)

    def states(self) -> dict[str, tuple[str, int]]:
        """``{"1/1": ("counted", 750)}``: state and what counts, per document and line."""
        with connection() as duck:
            rows = duck.execute("SELECT line_id, state, counted FROM lines").fetchall()
        return {self.lines[line]: (state, counted) for line, state, counted in rows}

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of a query on the derived tables."""
        with connection() as duck:
            answer: duckdb.DuckDBPyConnection = duck.execute(sql)
            return answer.fetchall()
