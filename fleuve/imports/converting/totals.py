"""Rows that sum others: recognised by their words, or because they equal the running sum, and never counted twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fleuve.imports.converting.facts import LineFact
from fleuve.imports.converting.words import is_total_text
from fleuve.imports.mapping.fields import Mapping
from fleuve.imports.reading import Cell

__all__ = ["Totals"]

_KEYS = ("order_number", "date", "customer_number")


class Totals:
    """A total row lacks a key (number, date, customer), or has the word in its place."""

    def __init__(self, mapping: Mapping) -> None:
        keys = [position for field in _KEYS if (position := mapping.position(field)) is not None]
        self._keys = keys if mapping.has_purchases else keys[:1]
        self._all = 0
        self._since = 0

    def set_aside(self, rows: Sequence[tuple[int, list[Cell]]]) -> tuple[list[tuple[int, list[Cell]]], int]:
        """The rows that are no totals by their words, and how many were."""
        keys = self._keys
        if not keys:
            return list(rows), 0
        first = keys[0]
        suspects = {number for number, row in rows if not _has_digit(row[first]) and self._says_total(row)}
        if not suspects:
            return list(rows), 0
        return [pair for pair in rows if pair[0] not in suspects], len(suspects)

    def _says_total(self, row: Sequence[Cell]) -> bool:
        missing = sum(1 for position in self._keys if row[position] == "" or is_total_text(str(row[position])))
        said = any(isinstance(cell, str) and cell and is_total_text(cell) for cell in row)
        return said and missing * 2 >= len(self._keys)

    def is_total(self, row: Sequence[Cell], amount: Any, number: Any, moment: Any) -> bool:
        """Whether a row without a key is a total: by a word, or by its amount."""
        if number not in ("", None) and moment is not None and not self._says_total(row):
            return False
        if self._says_total(row):
            self._since = 0
            return True
        if isinstance(amount, int) and amount and amount in (self._all, self._since):
            self._since = 0
            return True
        return False

    def add(self, lines: Sequence[LineFact]) -> None:
        """Count these lines into the running sums."""
        amount = sum(line.amount for line in lines)
        self._all += amount
        self._since += amount


def _has_digit(cell: Cell) -> bool:
    return not isinstance(cell, str) or any(letter.isdigit() for letter in cell)
