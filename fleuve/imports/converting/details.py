"""Who a row is about, and what it says of them."""

from __future__ import annotations

from collections.abc import Sequence

from fleuve.imports.converting.cells import Memo, text_reader
from fleuve.imports.converting.facts import DetailFact
from fleuve.imports.converting.words import no_customer
from fleuve.imports.mapping.fields import DETAIL_FIELDS, Mapping
from fleuve.imports.reading import Cell
from fleuve.imports.reading.numbers import cell_text

__all__ = ["Customers"]

_LONGEST = 160


class Customers:
    """The key of each row's customer, and their details whenever a row says something new.

    The key is the customer number; without one the e-mail address, then the organisation's or person's name: what the
    source itself tells them apart by. Nobody is merged here.
    """

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._number: Memo[str] = Memo(_customer_key)
        self._email = mapping.position("email")
        names = ("company", "customer_name", "last_name")
        self._names = [position for name in names if (position := mapping.position(name)) is not None]
        self._first_name = mapping.position("first_name")
        fields = [
            (name, position)
            for name in (*DETAIL_FIELDS, *mapping.own_fields)
            if (position := mapping.position(name)) is not None
        ]
        self._fields = fields
        self._said: dict[str, int] = {}

    def keys(self, cells: Sequence[Sequence[Cell]], count: int) -> list[str]:
        """The key of each row's customer, blank for nobody."""
        position = self._mapping.position("customer_number")
        keys = self._number.column(cells[position]) if position is not None else [""] * count
        if self._email is None and not self._names:
            return keys
        return [key or self._other_key(cells, row) for row, key in enumerate(keys)]

    def _other_key(self, cells: Sequence[Sequence[Cell]], row: int) -> str:
        email = cell_text(cells[self._email][row]).lower() if self._email is not None else ""
        if "@" in email:  # a remark in the column of addresses is nobody's key
            return email[:_LONGEST]
        for position in self._names:
            name = cell_text(cells[position][row])
            if name and not no_customer(name):
                first = cell_text(cells[self._first_name][row]) if self._first_name is not None else ""
                return " ".join(f"{first} {name}".split())[:_LONGEST]
        return ""

    def details(self, rows: Sequence[int], keys: Sequence[str], cells: Sequence[Sequence[Cell]]) -> list[DetailFact]:
        """Details of the customers met for the first time in the file, and of those said otherwise than before."""
        columns = [cells[position] for _, position in self._fields]
        said = zip(*columns, strict=True) if columns else ((),) * len(keys)
        found = []
        for row, key, values in zip(rows, keys, said, strict=True):
            if not key:
                continue
            digest = hash(values)
            before = self._said.get(key)
            if before != digest:
                self._said[key] = digest
                texts = {name: cell_text(value) for (name, _), value in zip(self._fields, values, strict=True) if value}
                found.append(DetailFact(row, key, texts, before is None))
        return found


def _customer_key(cell: Cell) -> str:
    text = text_reader(_LONGEST)(cell)
    return "" if no_customer(text) else text
