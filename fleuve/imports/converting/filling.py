"""Orders of several rows whose later rows leave blank what the first one says."""

from __future__ import annotations

from collections.abc import Sequence

from fleuve.imports.mapping.fields import ORDER_FIELDS, Mapping
from fleuve.imports.reading import Cell

__all__ = ["FillDown"]


class FillDown:
    """Copies the cells that describe an order into its later rows; remembers the last order between batches."""

    def __init__(self, mapping: Mapping) -> None:
        self._number = mapping.position("order_number")
        self._positions = [position for field in ORDER_FIELDS if (position := mapping.position(field)) is not None]
        products = ("product_code", "product_name", "quantity")
        self._products = [position for field in products if (position := mapping.position(field)) is not None]
        self._first: list[Cell] = []

    def fill(self, rows: Sequence[tuple[int, list[Cell]]]) -> list[tuple[int, list[Cell]]]:
        """The rows with their blanks filled, in place."""
        number = self._number
        if number is None:
            return list(rows)
        for _, row in rows:
            if self._first and self._continues(row, number):
                row[number] = self._first[number]
                for position in self._positions:
                    if row[position] == "":
                        row[position] = self._first[position]
            else:
                self._first = row
        return list(rows)

    def _continues(self, row: list[Cell], number: int) -> bool:
        if row[number] == "":
            return any(row[position] != "" for position in self._products)
        return row[number] == self._first[number]
