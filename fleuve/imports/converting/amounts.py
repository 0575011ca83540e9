"""Quantity, unit price and amount of each row, by whichever columns the file has."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fleuve.imports.converting.cells import LARGE, Memo, Unreadable, number_reader
from fleuve.imports.converting.plan import Plan
from fleuve.imports.reading import Cell
from fleuve.imports.reading.numbers import cell_text
from fleuve.kernel.money import minor_exponent, round_half_away

__all__ = ["Amounts"]

_ONE_E3 = 1000
_PRICES = ("unit_price_net", "unit_price", "unit_price_gross")


class Amounts:
    """Columns of quantity (thousandths), unit price (ten-thousandths) and amount (minor units).

    A stated total wins over a computed one: it is what the books sum. A computed amount is quantity times unit price
    less the line's discount, rounded half away from zero.
    """

    def __init__(self, plan: Plan) -> None:
        answers, self._mapping = plan.answers, plan.mapping
        limit = None if answers.accepts_large_amounts else LARGE
        self.exponent = minor_exponent(answers.currency)
        self._quantity: Memo[int | None] = Memo(number_reader(answers.decimal, 3))
        self._price: Memo[int | None] = Memo(number_reader(answers.decimal, 4, limit))
        self.money: Memo[int | None] = Memo(number_reader(answers.decimal, self.exponent, limit))
        self._products: dict[tuple[int, int], int] = {}
        self.field = plan.mapping.amount_field
        self._decimal = answers.decimal

    def columns(self, cells: Sequence[Sequence[Cell]], count: int) -> tuple[list[Any], list[Any], list[Any]]:
        """Quantities, prices and amounts; a cell that cannot be read stays ``Unreadable`` in its column's place."""
        quantities = self._of("quantity", self._quantity, cells)
        price_field = next((field for field in _PRICES if self._mapping.has(field)), "")
        prices = self._of(price_field, self._price, cells)
        if self.field in _PRICES or not self.field:
            quantities = quantities or [_ONE_E3] * count
            amounts = [self._times(quantity, price) for quantity, price in zip(quantities, prices, strict=True)]
        else:
            amounts = self._of(self.field, self.money, cells)
            quantities = quantities or [_ONE_E3] * count
            prices = prices or [None] * count
            amounts = [self._signed(amount, quantity) for amount, quantity in zip(amounts, quantities, strict=True)]
        if self.field in _PRICES and (position := self._mapping.position("line_discount")) is not None:
            amounts = [self._less(a, cell) for a, cell in zip(amounts, cells[position], strict=True)]
        return quantities, prices, amounts

    def _of(self, field: str, memo: Memo[Any], cells: Sequence[Sequence[Cell]]) -> list[Any]:
        position = self._mapping.position(field) if field else None
        return [] if position is None else memo.column(cells[position])

    def _times(self, quantity: Any, price: Any) -> Any:
        if price is None or isinstance(price, Unreadable):
            return price
        if quantity is None:
            quantity = _ONE_E3
        elif isinstance(quantity, Unreadable):
            return quantity
        key = (quantity, price)
        amount = self._products.get(key)
        if amount is None:
            amount = round_half_away(Decimal(quantity * price).scaleb(self.exponent - 7))
            if len(self._products) < 200_000:
                self._products[key] = amount
        return amount

    def _signed(self, amount: Any, quantity: Any) -> Any:
        """Some programs print a returned line's total without its minus sign; the quantity keeps it."""
        if isinstance(amount, int) and isinstance(quantity, int) and quantity < 0 < amount:
            return -amount
        return amount

    def _less(self, amount: Any, cell: Cell) -> Any:
        if not isinstance(amount, int):
            return amount
        discount = self.money[cell]
        if not isinstance(discount, int):
            return amount
        if isinstance(cell, str) and cell_text(cell).endswith("%"):
            share = Decimal(self._percent(cell))
            return round_half_away(Decimal(amount) * (1 - share))
        return amount - abs(discount) if amount >= 0 else amount + abs(discount)

    def _percent(self, cell: Cell) -> Decimal:
        read = number_reader(self._decimal, 6)(cell)
        return Decimal(read).scaleb(-6) if isinstance(read, int) else Decimal(0)
