"""Lines put together: signs of credit notes, the home currency, costs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fleuve.imports.converting.cells import Memo, number_reader
from fleuve.imports.converting.facts import LineFact
from fleuve.imports.converting.plan import Plan
from fleuve.imports.reading import Cell
from fleuve.kernel.money import minor_exponent, round_half_away

__all__ = ["HomeAmounts"]


class HomeAmounts:
    """Makes the lines of a batch from its columns."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._mapping = plan.mapping
        self._scale = minor_exponent(plan.answers.currency)
        self._cost: Memo[int | None] = Memo(number_reader(plan.answers.decimal, 4))
        self._factors: dict[str, tuple[int, Decimal]] = {}

    def lines(self, columns: dict[str, list[Any]], cells: Sequence[Sequence[Cell]]) -> list[LineFact]:
        """One fact per row of the columns."""
        self._complete(columns)
        currencies = columns["currency"]
        if currencies and any(currency != self._plan.home_currency for currency in set(currencies)):
            amounts = [
                self._told(amount, currency) for amount, currency in zip(columns["amount"], currencies, strict=True)
            ]
            columns["amount"] = amounts
            home = [self._converted(amount, currency) for amount, currency in zip(amounts, currencies, strict=True)]
        else:
            home = columns["amount"]
        names = (
            "row",
            "number",
            "ordinal",
            "moment",
            "customer",
            "code",
            "name",
            "category",
            "quantity",
            "price",
            "amount",
        )
        costs = self._costs(columns, cells, home)
        told = [columns[name] for name in names]
        return list(map(LineFact, *told, home, costs, columns["is_credit"], columns["status"], currencies))

    def _complete(self, columns: dict[str, list[Any]]) -> None:
        """Blank quantities are one, blank prices follow from the amount, positive credit notes turn negative."""
        quantities, prices, amounts = columns["quantity"], columns["price"], columns["amount"]
        if None in quantities:
            quantities = [1000 if quantity is None else quantity for quantity in quantities]
        if self._plan.answers.credits_are_positive and any(columns["is_credit"]):
            turned = [credit and amount > 0 for credit, amount in zip(columns["is_credit"], amounts, strict=True)]
            amounts = [-amount if turn else amount for amount, turn in zip(amounts, turned, strict=True)]
            quantities = [
                -abs(quantity) if turn else quantity for quantity, turn in zip(quantities, turned, strict=True)
            ]
        if None in prices:
            prices = [
                self._price(amount, quantity) if price is None else price
                for price, amount, quantity in zip(prices, amounts, quantities, strict=True)
            ]
        columns["quantity"], columns["price"], columns["amount"] = quantities, prices, amounts

    def _price(self, amount: int, quantity: int) -> int:
        return round_half_away(Decimal(amount).scaleb(7 - self._scale) / quantity) if quantity else 0

    def _told(self, amount: int, currency: str) -> int:
        """Amounts were read with the decimals of the file's main currency; a yen has none."""
        return round_half_away(Decimal(amount).scaleb(self._factor(currency)[0] - self._scale))

    def _converted(self, amount: int, currency: str) -> int:
        exponent, rate = self._factor(currency)
        return round_half_away(Decimal(amount).scaleb(minor_exponent(self._plan.home_currency) - exponent) * rate)

    def _factor(self, currency: str) -> tuple[int, Decimal]:
        if currency not in self._factors:
            rate = self._plan.answers.rates.get(currency, Decimal(1))
            same = currency == self._plan.home_currency
            self._factors[currency] = (minor_exponent(currency), Decimal(1) if same else rate)
        return self._factors[currency]

    def _costs(
        self, columns: dict[str, list[Any]], cells: Sequence[Sequence[Cell]], home: Sequence[int]
    ) -> list[int | None]:
        """Cost of each line, from a unit cost, a line's cost or its margin, signed like its amount."""
        for field, of in (("line_cost", self._whole), ("cost", self._per_unit), ("margin", self._from_margin)):
            position = self._mapping.position(field)
            if position is not None:
                told = self._cost.column(cells[position])
                return [
                    of(cost, quantity, amount) if isinstance(cost, int) else None
                    for cost, quantity, amount in zip(told, columns["quantity"], home, strict=True)
                ]
        return [None] * len(home)

    def _whole(self, cost: int, quantity: int, amount: int) -> int:
        minor = round_half_away(Decimal(abs(cost)).scaleb(self._scale - 4))
        return minor if amount >= 0 else -minor

    def _per_unit(self, cost: int, quantity: int, amount: int) -> int:
        return round_half_away(Decimal(cost * quantity).scaleb(self._scale - 7))

    def _from_margin(self, margin: int, quantity: int, amount: int) -> int:
        minor = round_half_away(Decimal(margin).scaleb(self._scale - 4))
        return amount - (-abs(minor) if amount < 0 else minor)
