"""Rows into facts, a batch at a time and a column at a time.

The converter remembers what earlier rows of the same file said (how many lines an order has, who was described), so
that a batch depends on nothing but the rows before it: reading the file again gives the same facts with the same
keys. That is what makes an import repeatable and resumable.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any

from fleuve.imports.converting.amounts import Amounts
from fleuve.imports.converting.cells import Memo, Unreadable, currency_reader, moment_reader, text_reader
from fleuve.imports.converting.details import Customers
from fleuve.imports.converting.documents import Documents
from fleuve.imports.converting.extras import Extras
from fleuve.imports.converting.facts import DetailFact, Facts, Fault, Moment
from fleuve.imports.converting.filling import FillDown
from fleuve.imports.converting.home import HomeAmounts
from fleuve.imports.converting.others import Interactions, Products
from fleuve.imports.converting.plan import Plan
from fleuve.imports.converting.totals import Totals
from fleuve.imports.reading import Cell

__all__ = ["Converter"]

Rows = Sequence[tuple[int, list[Cell]]]
_NEEDED = ("number", "moment", "quantity", "price", "amount", "currency")


class Converter:
    """``convert(rows)`` gives the facts of the next rows of the file."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._mapping = plan.mapping
        self._amounts = Amounts(plan)
        self._customers = Customers(plan.mapping)
        self._documents = Documents(plan)
        self._fill = FillDown(plan.mapping)
        self._totals = Totals(plan.mapping)
        self._extras = Extras(plan, self._amounts.money)
        self._home = HomeAmounts(plan)
        self._interactions = Interactions(plan)
        self._products = Products(plan)
        known = frozenset([plan.answers.currency, plan.home_currency, *plan.answers.rates])
        self._currency: Memo[str] = Memo(currency_reader(plan.answers.currency, known))
        self._moment: Memo[Moment | None] = Memo(moment_reader(plan.answers.date_order, plan.zone, plan.today))
        self._texts: dict[int, Memo[str]] = {length: Memo(text_reader(length)) for length in (24, 120, 240)}
        self._ordinals: dict[str, int] = {}

    @property
    def orders_met(self) -> int:
        """How many different documents the file has had so far."""
        return len(self._ordinals)

    def convert(self, rows: Rows) -> Facts:
        """The facts of these rows, which must follow those of the call before."""
        facts = Facts(last_row=rows[-1][0] if rows else 0, rows=len(rows))
        kept, facts.totals = self._totals.set_aside(rows)
        if not kept:
            return facts
        if self._mapping.fills_down:
            kept = self._fill.fill(kept)
        numbers = [number for number, _ in kept]
        cells: list[Sequence[Cell]] = list(zip(*(row for _, row in kept), strict=True))
        match self._mapping.shape:
            case "customer":
                facts.details = self._only_customers(numbers, cells, facts)
            case "interaction":
                keys = self._customers.keys(cells, len(numbers))
                facts.interactions, facts.faults = self._interactions.read(numbers, keys, cells)
                named = {fact.row for fact in facts.interactions}
                keys = [key if row in named else "" for row, key in zip(numbers, keys, strict=True)]
                facts.details = self._customers.details(numbers, keys, cells)
            case "product":
                facts.products, facts.faults = self._products.read(numbers, cells)
            case _:
                self._lines(facts, numbers, cells)
        return facts

    def _only_customers(self, rows: Sequence[int], cells: list[Sequence[Cell]], facts: Facts) -> list[DetailFact]:
        keys = self._customers.keys(cells, len(rows))
        facts.faults = [
            Fault(row, None, "customer_missing", "") for row, key in zip(rows, keys, strict=True) if not key
        ]
        return self._customers.details(rows, keys, cells)

    def _lines(self, facts: Facts, rows: list[int], cells: list[Sequence[Cell]]) -> None:
        columns = self._columns(rows, cells)
        rejected = self._rejected(rows, cells, columns, facts)
        details_of = [columns["customer"], rows, cells]
        if rejected:
            keep = [index not in rejected for index in range(len(rows))]
            columns = {name: list(compress(values, keep)) for name, values in columns.items()}
            cells = [list(compress(column, keep)) for column in cells]
            details_of = [columns["customer"], columns["row"], cells]
        columns["ordinal"] = self._number_lines(columns["number"])
        facts.details = self._customers.details(details_of[1], details_of[0], details_of[2])
        facts.lines = self._home.lines(columns, cells)
        self._totals.add(facts.lines)
        facts.lines = self._extras.with_extras(facts.lines, cells)

    def _columns(self, rows: list[int], cells: list[Sequence[Cell]]) -> dict[str, list[Any]]:
        count = len(rows)
        customers = self._customers.keys(cells, count)
        moments = self._of("date", self._moment, cells, None, count)
        quantities, prices, amounts = self._amounts.columns(cells, count)
        numbers = self._documents.numbers(cells, moments, customers, count)
        return {
            "row": rows,
            "number": numbers,
            "moment": moments,
            "customer": customers,
            "code": self._of("product_code", self._texts[120], cells, "", count),
            "name": self._of("product_name", self._texts[240], cells, "", count),
            "category": self._of("category", self._texts[120], cells, "", count),
            "quantity": quantities,
            "price": prices,
            "amount": amounts,
            "is_credit": self._documents.credits(cells, numbers, count),
            "status": self._documents.statuses(cells, count),
            "currency": self._of("currency", self._currency, cells, self._plan.answers.currency, count),
        }

    def _of(self, field: str, memo: Memo[Any], cells: list[Sequence[Cell]], missing: Any, count: int) -> list[Any]:
        position = self._mapping.position(field)
        return [missing] * count if position is None else memo.column(cells[position])

    def _rejected(
        self, rows: list[int], cells: list[Sequence[Cell]], columns: dict[str, list[Any]], facts: Facts
    ) -> set[int]:
        """Indexes of the rows that are no lines, each with the faults that say why, or counted as totals."""
        rejected: set[int] = set()
        for name in _NEEDED:
            column = columns[name]
            optional = name in ("quantity", "price")
            for index, value in enumerate(column):
                if value is None:
                    if not optional:
                        rejected.add(index)
                elif value == "" or isinstance(value, Unreadable):
                    rejected.add(index)
        for index in sorted(rejected):
            row = [column[index] for column in cells]
            if self._totals.is_total(row, columns["amount"][index], columns["number"][index], columns["moment"][index]):
                facts.totals += 1
            else:
                facts.faults.extend(self._faults(rows[index], {name: columns[name][index] for name in _NEEDED}))
        return rejected

    def _faults(self, row: int, values: dict[str, Any]) -> list[Fault]:
        fields = {"number": "order_number", "moment": "date", "price": "unit_price", "amount": self._amounts.field}
        faults: list[Fault] = []
        for name, value in values.items():
            column = self._mapping.position(fields.get(name, name))
            if isinstance(value, Unreadable):
                # An amount computed from an unreadable quantity has no fault of its own.
                if not any((fault.code, fault.value) == (value.code, value.value[:200]) for fault in faults):
                    faults.append(Fault(row, column, value.code, value.value[:200]))
            elif value in (None, "") and name in ("number", "moment", "amount"):
                faults.append(
                    Fault(row, column, "amount_missing" if name == "amount" else f"{fields[name]}_missing", "")
                )
        return faults

    def _number_lines(self, numbers: Sequence[str]) -> list[int]:
        """The ordinal of each line in its document, from 1, over the whole file."""
        met = self._ordinals
        ordinals = []
        for number in numbers:
            ordinal = met.get(number, 0) + 1
            met[number] = ordinal
            ordinals.append(ordinal)
        return ordinals
