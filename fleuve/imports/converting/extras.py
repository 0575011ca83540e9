"""Amounts that a file gives per order beside its lines: discount, delivery, refund. They become lines of their own.

Their ordinals start far above any real line, so that the key (document, ordinal) of the real lines never moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fleuve.imports.converting.cells import Memo
from fleuve.imports.converting.facts import LineFact
from fleuve.imports.converting.plan import Plan
from fleuve.imports.reading import Cell
from fleuve.imports.reading.numbers import cell_text

__all__ = ["EXTRA_KINDS", "Extras"]

_DISCOUNT, _SHIPPING, _REFUND, _MIRRORED = 900_001, 900_002, 900_003, 1_000_000
# The code of an extra line's product, its name, and the kind of product that it is.
EXTRA_KINDS: Final = {
    "ORDER-DISCOUNT": ("Order discount", "discount"),
    "ORDER-DELIVERY": ("Delivery", "postage"),
}


class Extras:
    """Adds the lines that the first row of an order implies.

    A refund of the whole order takes back each of its lines, so that it is matched line by line; a partial one, of
    which the file does not say the product, is a line of its own without product.
    """

    def __init__(self, plan: Plan, money: Memo[int | None]) -> None:
        mapping = plan.mapping
        self._money = money
        self._is_line = mapping.shape == "line"
        self._discount = mapping.position("order_discount") if self._is_line else None
        self._shipping = mapping.position("order_shipping") if self._is_line else None
        self._refund = mapping.position("order_refunded")
        self._total = mapping.position("order_total")
        self._status = mapping.position("status")
        self._refunded: set[str] = set()

    def with_extras(self, lines: list[LineFact], cells: Sequence[Sequence[Cell]]) -> list[LineFact]:
        """The lines, each order's first one followed by its extras."""
        if self._discount is None and self._shipping is None and self._refund is None:
            return lines
        found: list[LineFact] = []
        for index, line in enumerate(lines):
            told = [line]
            if line.ordinal == 1:
                told += self._of_order(line, index, cells)
            found += told
            if line.number in self._refunded:
                found += [_taken_back(one) for one in told]
        return found

    def _of_order(self, line: LineFact, index: int, cells: Sequence[Sequence[Cell]]) -> list[LineFact]:
        extras = []
        if discount := self._read(self._discount, index, cells):
            extras.append(_extra(line, _DISCOUNT, "ORDER-DISCOUNT", -abs(discount)))
        if shipping := self._read(self._shipping, index, cells):
            extras.append(_extra(line, _SHIPPING, "ORDER-DELIVERY", shipping))
        if refund := abs(self._read(self._refund, index, cells)):
            if self._is_whole(refund, line, index, cells):
                self._refunded.add(line.number)
            else:
                extras.append(_extra(line, _REFUND, "", -refund))
        return extras

    def _is_whole(self, refund: int, line: LineFact, index: int, cells: Sequence[Sequence[Cell]]) -> bool:
        if self._status is not None and cell_text(cells[self._status][index]).lower() == "refunded":
            return True
        total = self._read(self._total, index, cells) or (line.amount if not self._is_line else 0)
        return total != 0 and refund >= abs(total)

    def _read(self, position: int | None, index: int, cells: Sequence[Sequence[Cell]]) -> int:
        amount = self._money[cells[position][index]] if position is not None else 0
        return amount if isinstance(amount, int) else 0


def _extra(line: LineFact, ordinal: int, code: str, amount: int) -> LineFact:
    home = amount if line.amount == line.amount_home else round(amount * line.amount_home / line.amount)
    name = EXTRA_KINDS[code][0] if code else ""
    quantity = 1000 if amount >= 0 else -1000
    return line._replace(
        ordinal=ordinal, product_code=code, product_name=name, category="", quantity_e3=quantity,
        unit_price_e4=abs(amount) * 100, amount=amount, amount_home=home, cost_home=None,
    )  # fmt: skip


def _taken_back(line: LineFact) -> LineFact:
    cost = None if line.cost_home is None else -line.cost_home
    return line._replace(
        ordinal=line.ordinal + _MIRRORED, quantity_e3=-line.quantity_e3, amount=-line.amount,
        amount_home=-line.amount_home, cost_home=cost,
    )  # fmt: skip
