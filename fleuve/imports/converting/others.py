"""Rows that are no purchases: points of contact, and the products of a catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fleuve.imports.converting.cells import Memo, Unreadable, moment_reader, text_reader
from fleuve.imports.converting.facts import Fault, InteractionFact, Moment, ProductFact
from fleuve.imports.converting.plan import Plan
from fleuve.imports.converting.words import contact_direction_of, contact_kind_of, product_kind_of
from fleuve.imports.reading import Cell
from fleuve.imports.reading.numbers import cell_text

__all__ = ["Interactions", "Products"]

_LONGEST_BODY = 20_000

Cells = Sequence[Sequence[Cell]]


class Interactions:
    """Makes points of contact from a batch of rows. Without a column that says what they were, they are notes."""

    def __init__(self, plan: Plan) -> None:
        self._mapping = plan.mapping
        self._moment: Memo[Moment | None] = Memo(moment_reader(plan.answers.date_order, plan.zone, plan.today))
        self._kind: Memo[str] = Memo(lambda cell: contact_kind_of(cell_text(cell)))
        self._direction: Memo[str] = Memo(lambda cell: contact_direction_of(cell_text(cell)))
        self._channel: Memo[str] = Memo(text_reader(16))
        self._outcome: Memo[str] = Memo(text_reader(24))

    def read(self, rows: Sequence[int], keys: Sequence[str], cells: Cells) -> tuple[list[InteractionFact], list[Fault]]:
        """One fact per row that names somebody and a date, and the faults of the others."""
        moments = self._column("date", cells, self._moment, len(rows))
        told = [self._column("contact_channel", cells, self._channel, len(rows)),
                self._column("contact_direction", cells, self._direction, len(rows)),
                self._column("contact_outcome", cells, self._outcome, len(rows))]  # fmt: skip
        faults: list[Fault] = []
        facts: list[InteractionFact] = []
        for index, (row, key) in enumerate(zip(rows, keys, strict=True)):
            moment = moments[index]
            if fault := self._fault(row, key, moment):
                faults.append(fault)
                continue
            kind, doubt = self._kind_of(row, cells, index)
            faults += doubt
            channel, direction, outcome = (column[index] for column in told)
            facts.append(InteractionFact(row, key, moment, kind, channel, direction, outcome, self._body(cells, index)))
        return facts, faults

    def _column(self, field: str, cells: Cells, memo: Memo[Any], count: int) -> list[Any]:
        position = self._mapping.position(field)
        return ["" if field != "date" else None] * count if position is None else memo.column(cells[position])

    def _fault(self, row: int, key: str, moment: Moment | Unreadable | None) -> Fault | None:
        column = self._mapping.position("date")
        if not key:
            return Fault(row, None, "customer_missing", "")
        if isinstance(moment, Unreadable):
            return Fault(row, column, moment.code, moment.value[:200])
        return Fault(row, column, "date_missing", "") if moment is None else None

    def _kind_of(self, row: int, cells: Cells, index: int) -> tuple[str, list[Fault]]:
        position = self._mapping.position("contact_kind")
        text = cell_text(cells[position][index]) if position is not None else ""
        if not text:
            return "note", []
        kind = self._kind[text]
        if isinstance(kind, str) and kind:
            return kind, []
        return "note", [Fault(row, position, "contact_kind_unknown", text[:200], sets_aside=False)]

    def _body(self, cells: Cells, index: int) -> str:
        position = self._mapping.position("note")
        return cell_text(cells[position][index])[:_LONGEST_BODY] if position is not None else ""


class Products:
    """Makes products from the rows of a catalogue. Without a code the name tells them apart, as in purchases."""

    def __init__(self, plan: Plan) -> None:
        self._mapping = plan.mapping
        self._texts: dict[int, Memo[str]] = {length: Memo(text_reader(length)) for length in (120, 240)}
        self._kind: Memo[str] = Memo(lambda cell: product_kind_of(cell_text(cell)))
        self._met: set[str] = set()

    def read(self, rows: Sequence[int], cells: Cells) -> tuple[list[ProductFact], list[Fault]]:
        """One fact per row with a code or a name."""
        count = len(rows)
        columns = [
            self._column("product_code", cells, self._texts[120], count),
            self._column("product_name", cells, self._texts[240], count),
            self._column("category", cells, self._texts[120], count),
            self._column("product_kind", cells, self._kind, count),
        ]
        facts: list[ProductFact] = []
        faults: list[Fault] = []
        for row, code, name, category, kind in zip(rows, *columns, strict=True):
            key = code or name[:120]
            if not key:
                faults.append(Fault(row, self._mapping.position("product_code"), "product_missing", ""))
                continue
            facts.append(ProductFact(row, key, name, category, kind, key not in self._met))
            self._met.add(key)
        return facts, faults

    def _column(self, field: str, cells: Cells, memo: Memo[str], count: int) -> list[Any]:
        position = self._mapping.position(field)
        return [""] * count if position is None else memo.column(cells[position])
