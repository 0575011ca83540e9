"""The lines behind a number: by state, by kind, or flagged as identical."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from fleuve.history.queries.reading import connection
from fleuve.parties.models import Record

__all__ = ["LineFilter", "StateLine", "count_lines", "lines_in", "stream_lines"]

_COLUMNS = (
    "number, day, record_id, product_code, product_name, product_kind, quantity_e3, amount, counted, state, kind, "
    "import_row"
)
_BATCH = 5_000


@dataclass(frozen=True)
class LineFilter:
    """Which lines: empty fields do not narrow. ``kind`` is a product kind or the reason of a state."""

    state: str = ""
    kind: str = ""
    source_id: int | None = None
    only_identical: bool = False

    def where(self) -> tuple[str, list[object]]:
        """The condition in SQL with its parameters."""
        parts: list[str] = ["true"]
        parameters: list[object] = []
        for condition, value in (
            ("state = ?", self.state),
            ("(kind = ? OR product_kind = ?)", self.kind),
            ("source_id = ?", self.source_id),
        ):
            if value:
                parts.append(condition)
                parameters.extend([value] * condition.count("?"))
        if self.only_identical:
            parts.append("is_identical")
        return " AND ".join(parts), parameters


@dataclass(frozen=True)
class StateLine:
    """One line with its state, its document and its customer as the source numbers them."""

    number: str
    day: date
    customer: str
    product_code: str
    product_name: str
    product_kind: str
    quantity_e3: int
    amount: int
    counted: int
    state: str
    kind: str
    import_row: int | None


def count_lines(wanted: LineFilter) -> tuple[int, int]:
    """Number of lines and what they amount to."""
    where, parameters = wanted.where()
    with connection("lines") as duck:
        row = duck.execute(
            f"SELECT count(*), coalesce(sum(amount), 0)::BIGINT FROM lines WHERE {where}", parameters
        ).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def lines_in(wanted: LineFilter, limit: int = 100) -> tuple[StateLine, ...]:
    """The largest lines of the filter."""
    where, parameters = wanted.where()
    with connection("lines") as duck:
        rows = duck.execute(
            f"SELECT {_COLUMNS} FROM lines WHERE {where} ORDER BY abs(amount) DESC, line_id LIMIT ?",
            [*parameters, limit],
        ).fetchall()
    return _named(rows)


def stream_lines(wanted: LineFilter) -> Iterator[tuple[StateLine, ...]]:
    """All lines of the filter in the order of the file, in batches."""
    where, parameters = wanted.where()
    with connection("lines") as duck:
        found = duck.execute(f"SELECT {_COLUMNS} FROM lines WHERE {where} ORDER BY day, number, import_row", parameters)
        while rows := found.fetchmany(_BATCH):
            yield _named(rows)


def _named(rows: list[Any]) -> tuple[StateLine, ...]:
    records = {row[2] for row in rows if row[2] is not None}
    names = dict(Record.objects.filter(pk__in=records).values_list("pk", "external_id"))
    return tuple(StateLine(row[0], row[1], names.get(row[2], ""), *row[3:]) for row in rows)
