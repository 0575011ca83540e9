"""The worth half of the list rows: what changed of whom, written in the order of ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from fleuve.parties.models import PartyCard
from fleuve.value.actions.news import attached
from fleuve.value.actions.pen import Pen
from fleuve.value.actions.rows import listed
from fleuve.value.models import Valuation, ValueBlock
from fleuve.value.rules.stages import STAGES
from fleuve.value.rules.values import ValueRows

__all__ = ["write_cards"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
# Column of the list row ← column of the customer's value.
_PLAIN: Final = {
    "band": "band",
    "purchase_days": "purchase_days",
    "first_purchase_on": "first_on",
    "last_purchase_on": "last_on",
    "revenue_total": "revenue_total",
    "revenue_12_months": "revenue_12",
    "revenue_12_months_before": "revenue_12_before",
    "silent_days": "silent_days",
    "probability_active": "probability_active",
    "expected_purchases": "expected_purchases",
    "value_low": "value_low",
    "value_high": "value_high",
    "at_stake": "at_stake",
    "is_slipping": "is_slipping",
}
_COLUMNS: Final = ("stage", *_PLAIN, "usual_gap_days", "value")
# Below so many rows, or a tenth of them, changing an index costs less than building it.
_MANY: Final = 50_000
_MANY_SHARE: Final = 0.1
_STORED_AT_ONCE: Final = 65_536


@dataclass(frozen=True)
class _Change:
    """Columns that changed, and the customers (places in the valuation) for whom they did."""

    columns: tuple[str, ...]
    rows: IntArray


def write_cards(rows: ValueRows, before: Valuation | None, pen: Pen, step: str) -> None:
    """Rewrite the list rows that say something else than ``rows``, and empty those of whoever is no customer any more.

    ``before`` is the valuation that wrote the list last, to its end; without one, everything is written.
    """
    filled = _filled()
    pen_of = _Pages(rows, pen, step)
    for change in _changes(rows, before, filled):
        pen_of.write(change)
    pen_of.clear(np.setdiff1d(filled, rows.party, assume_unique=True))


def _filled() -> IntArray:
    """Whose list rows bear figures, by rising id."""
    ids = PartyCard.objects.exclude(stage="").values_list("party_id", flat=True)
    return np.sort(np.fromiter(ids.iterator(chunk_size=10_000), dtype=np.int64))


def _changes(rows: ValueRows, before: Valuation | None, filled: IntArray) -> list[_Change]:
    """Columns that changed for many apart from those that changed for few, who alone are written."""
    everybody = np.arange(len(rows))
    if before is None:
        return [_Change(_COLUMNS, everybody)]
    moved = _moved(rows, before, filled)
    most = {name for name, moves in moved.items() if _are_many(int(moves.sum()), len(rows))}
    groups = (tuple(name for name in _COLUMNS if (name in most) is many) for many in (True, False))
    changes = (_Change(names, np.flatnonzero(_any(moved, names, len(rows)))) for names in groups if names)
    return [change for change in changes if change.rows.size]


def _any(moved: dict[str, BoolArray], names: Sequence[str], size: int) -> BoolArray:
    found = np.zeros(size, dtype=np.bool_)
    for name in names:
        found |= moved[name]
    return found


def _are_many(rows: int, of: int) -> bool:
    return rows > max(_MANY, _MANY_SHARE * of)


def _moved(rows: ValueRows, before: Valuation, filled: IntArray) -> dict[str, BoolArray]:
    """For each column the customers whose figure is another one than their list row bears."""
    earlier = ValueRows.unpack(
        ValueBlock.objects.filter(valuation=before).order_by("first_party").values_list("rows", flat=True).iterator()
    )
    party, known = rows.party, earlier.party
    place = np.searchsorted(known, party)
    place[place == known.size] = 0
    is_known = np.isin(party, filled) & (known[place] == party if known.size else False)
    aligned = ValueRows(earlier.table.take(pa.array(place, mask=~is_known)))
    return {name: _differs(_figure(rows, name), _figure(aligned, name)) | ~is_known for name in _COLUMNS}


def _differs(now: pa.ChunkedArray, then: pa.ChunkedArray) -> BoolArray:
    """Nothing differs from something, and equals nothing."""
    unlike = pc.coalesce(pc.not_equal(now, then), pc.xor(pc.is_null(now), pc.is_null(then)))
    return np.asarray(unlike, dtype=np.bool_)


def _figure(rows: ValueRows, column: str) -> pa.ChunkedArray:
    """A column of the list rows. There is no value without an estimate of one's own, and no usual gap without gaps."""
    table = rows.table
    if column == "value":
        return pc.if_else(table["is_personal"], table["value"], None)
    if column == "usual_gap_days":
        return pc.if_else(pc.greater(table["gaps"], 0), table["usual_gap_days"], None)
    return table[_PLAIN.get(column, column)]


class _Pages:
    """Writes list rows in short transactions."""

    def __init__(self, rows: ValueRows, pen: Pen, step: str) -> None:
        self._rows, self._pen, self._step = rows, pen, step

    def write(self, change: _Change) -> None:
        """Write the figures of one change."""
        chosen = self._rows
        if change.rows.size < len(chosen):
            chosen = ValueRows(chosen.table.take(pa.array(change.rows)))
        figures = [_figure(chosen, name) for name in change.columns]
        are_many = _are_many(change.rows.size, len(self._rows))
        # Inside a transaction no scratch database is taken away again.
        if are_many and connection.vendor == "sqlite" and not connection.in_atomic_block:
            self._write_many(change.columns, figures, chosen.party)
        else:
            self._write_few(change.columns, figures, chosen.party)

    def _write_many(self, columns: Sequence[str], figures: Sequence[pa.ChunkedArray], party: IntArray) -> None:
        """A statement for each chunk takes the figures from a scratch database."""
        table = pa.table([party, *figures], names=["party_id", *columns])
        with attached(_as_stored(table)):

            def ends(start: int, size: int) -> tuple[int, int]:
                return int(party[start]), int(party[start + size - 1])

            self._pen.in_chunks(party.size, ends, partial(_update_between, columns), self._step)

    def _write_few(self, columns: Sequence[str], figures: Sequence[pa.ChunkedArray], party: IntArray) -> None:
        def some(start: int, size: int) -> list[tuple[Any, ...]]:
            slices = (figure.slice(start, size) for figure in figures)
            values = map(_as_written, columns, slices)
            return list(zip(*values, party[start : start + size].tolist(), strict=True))

        self._pen.in_chunks(party.size, some, partial(_update, columns), self._step)

    def clear(self, party: IntArray) -> None:
        """Empty the list rows of these."""
        fresh = PartyCard()
        values = [getattr(fresh, name) for name in _COLUMNS]

        def some(start: int, size: int) -> list[tuple[Any, ...]]:
            return [(*values, number) for number in party[start : start + size].tolist()]

        self._pen.in_chunks(party.size, some, partial(_update, _COLUMNS), self._step)


def _as_written(column: str, figures: pa.ChunkedArray) -> list[Any]:
    values = listed(figures)
    return [STAGES[code] for code in values] if column == "stage" else values


def _as_stored(table: pa.Table) -> pa.RecordBatchReader:
    """As SQLite keeps it, some rows at a time: stages and days spelt, everything else a number."""
    kinds = {"stage": pa.string()} | {
        field.name: pa.string() if pa.types.is_date32(field.type) else pa.float64()
        for field in table.schema
        if pa.types.is_date32(field.type) or pa.types.is_floating(field.type)
    }
    schema = pa.schema([(name, kinds.get(name, pa.int64())) for name in table.column_names])

    def spelt(rows: pa.RecordBatch) -> pa.RecordBatch:
        columns = [
            pa.array(STAGES).take(column) if name == "stage" else column.cast(schema.field(name).type)
            for name, column in zip(rows.schema.names, rows.columns, strict=True)
        ]
        return pa.record_batch(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, map(spelt, table.to_batches(max_chunksize=_STORED_AT_ONCE)))


def _update_between(columns: Sequence[str], ends: tuple[int, int]) -> None:
    """Take these columns from the scratch database, for customers from one id to another."""
    assignments = ", ".join(f"{name} = told.{name}" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE parties_partycard SET {assignments} FROM news.rows AS told"
            " WHERE parties_partycard.party_id = told.party_id AND told.party_id BETWEEN %s AND %s",
            ends,
        )


def _update(columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Set these columns, given in order, with the party last."""
    if connection.vendor == "postgresql":
        _update_by_copy(columns, rows)
        return
    assignments = ", ".join(f"{name} = %s" for name in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE parties_partycard SET {assignments} WHERE party_id = %s", rows)


def _update_by_copy(columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """PostgreSQL: one statement over rows that were streamed into a table of the transaction's own."""
    names = ", ".join((*columns, "party_id"))
    assignments = ", ".join(f"{name} = news.{name}" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE card_news ON COMMIT DROP AS SELECT {names} FROM parties_partycard WITH NO DATA"
        )
        with cursor.copy(f"COPY card_news ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"UPDATE parties_partycard AS card SET {assignments} FROM card_news AS news"
            " WHERE card.party_id = news.party_id"
        )
        cursor.execute("DROP TABLE card_news")
