"""Numbers, nature and state of documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fleuve.imports.converting.cells import Memo, text_reader
from fleuve.imports.converting.facts import Moment
from fleuve.imports.converting.plan import Plan
from fleuve.imports.converting.words import is_credit_word, status_of
from fleuve.imports.reading import Cell
from fleuve.imports.reading.numbers import cell_text

__all__ = ["Documents"]


class Documents:
    """What the columns and the number of a document say of it."""

    def __init__(self, plan: Plan) -> None:
        self._mapping = plan.mapping
        self._prefix = plan.answers.credit_prefix
        self._number: Memo[str] = Memo(text_reader(120))
        self._status: Memo[str] = Memo(lambda cell: status_of(cell_text(cell)))
        self._credit: Memo[bool] = Memo(lambda cell: is_credit_word(cell_text(cell)))

    def numbers(
        self, cells: Sequence[Sequence[Cell]], moments: Sequence[Any], customers: Sequence[str], count: int
    ) -> list[str]:
        """Document numbers; a file without them has one document per customer and day."""
        position = self._mapping.position("order_number")
        if position is not None:
            return self._number.column(cells[position])
        return [
            f"{moment.day}/{customer or '-'}"[:120] if isinstance(moment, Moment) else "?"
            for moment, customer in zip(moments, customers, strict=True)
        ]

    def statuses(self, cells: Sequence[Sequence[Cell]], count: int) -> list[str]:
        """Blank for documents that count."""
        position = self._mapping.position("status")
        return [""] * count if position is None else self._status.column(cells[position])

    def credits(self, cells: Sequence[Sequence[Cell]], numbers: Sequence[str], count: int) -> list[bool]:
        """Whether each row belongs to a credit note, by its nature or by its number."""
        position = self._mapping.position("kind")
        by_kind = [False] * count if position is None else self._credit.column(cells[position])
        prefix = self._prefix
        if not prefix:
            return by_kind
        return [said or number.startswith(prefix) for said, number in zip(by_kind, numbers, strict=True)]
