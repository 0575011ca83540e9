"""The current generation: its tables, its period, its basis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from fleuve.history.dimensions import fingerprint
from fleuve.history.errors import HistoryNotBuilt
from fleuve.history.models import DirtyMonth, Generation
from fleuve.history.store import DERIVED_TABLES, derived_folder, is_complete, quoted, shared_engine
from fleuve.touchpoints.models import SourceSettings

__all__ = [
    "DAYS_UNTIL",
    "Headline",
    "Period",
    "basis",
    "batches",
    "connection",
    "current_generation",
    "generation",
    "headline",
    "is_built",
    "is_up_to_date",
    "margin_is_assumed",
    "period",
    "purchase_days",
    "table",
]

_ROWS_AT_ONCE: Final = 262_144


@dataclass(frozen=True)
class Period:
    """From the first to the last day with a line; ``complete_months`` leaves out a last month that stops early."""

    first_day: date
    last_day: date
    first_month: int
    last_month: int
    complete_months: tuple[int, ...]
    last_month_is_partial: bool


@dataclass(frozen=True)
class Headline:
    """The figures of every headline: who bought, and what share of revenue has a customer at all."""

    lines: int
    identifiers: int
    buyers: int
    one_time_buyers: int
    revenue_told: int
    revenue_counted: int
    walk_in_lines: int
    walk_in_revenue: int
    walk_in_share: float


def current_generation() -> Generation:
    """The newest generation with all its files, or ``HistoryNotBuilt``."""
    found = Generation.objects.order_by("-number").first()
    if found is None or not is_complete(found):
        raise HistoryNotBuilt(
            _("The figures are not worked out yet. Import a file, or start the computation on the page of jobs.")
        )
    return found


def is_built() -> bool:
    """Whether there is anything to read."""
    found = Generation.objects.order_by("-number").first()
    return found is not None and is_complete(found)


def is_up_to_date() -> bool:
    """Whether a rebuild would change nothing."""
    if not is_built() or DirtyMonth.objects.exists():
        return False
    return current_generation().fingerprint == fingerprint()


def generation() -> int:
    """The number of the current generation."""
    return current_generation().number


@contextmanager
def connection(*names: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with derived tables of the current generation as views, for reading: those named, or all of them."""
    folder = derived_folder(current_generation().folder)
    with shared_engine() as duck:
        for name in names or DERIVED_TABLES:
            duck.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet({quoted(folder / f'{name}.parquet')})")
        yield duck


def table(name: str) -> pa.Table:
    """One derived table, whole."""
    if name not in DERIVED_TABLES:
        raise LookupError(f"no derived table {name!r}: choose one of {', '.join(DERIVED_TABLES)}")
    # One file: the reader of whole data sets would take a second to load.
    with pq.ParquetFile(derived_folder(current_generation().folder) / f"{name}.parquet") as file:
        return file.read()


def batches(name: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Some columns of a derived table, some rows at a time: for who keeps them in another shape."""
    if name not in DERIVED_TABLES:
        raise LookupError(f"no derived table {name!r}: choose one of {', '.join(DERIVED_TABLES)}")
    with pq.ParquetFile(derived_folder(current_generation().folder) / f"{name}.parquet") as file:
        yield from file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=list(columns))


def basis() -> Literal["margin", "revenue"]:
    """``margin`` only when every line that counts has a cost or a stated margin."""
    return "margin" if current_generation().facts["has_margin"] else "revenue"


def margin_is_assumed() -> bool:
    """Whether a margin that somebody assumed, rather than measured, stands behind the figures."""
    return (
        basis() == "margin" and SourceSettings.objects.filter(margin_bp__isnull=False, margin_is_assumed=True).exists()
    )


def period() -> Period:
    """The period that the file covers."""
    facts = current_generation().facts
    if facts["first_day"] is None:
        raise HistoryNotBuilt(_("There are no purchases yet. Import a file of orders or invoices first."))
    months = tuple(facts["months"])
    partial = bool(facts["last_month_is_partial"])
    return Period(
        date.fromisoformat(facts["first_day"]),
        date.fromisoformat(facts["last_day"]),
        months[0],
        months[-1],
        months[:-1] if partial else months,
        partial,
    )


DAYS_UNTIL = """
WITH taken_back AS (
    SELECT line_id, sum(amount) AS amount, sum(measure) AS measure
    FROM returns WHERE day <= $until GROUP BY line_id
),
stood AS (
    SELECT
        l.party_id, l.day, l.purchase_id, l.net + coalesce(t.amount, 0) AS revenue, l.cost, l.measure, l.margin_bp,
        l.measure - coalesce(t.measure, 0) AS rest
    FROM lines AS l LEFT JOIN taken_back AS t ON t.line_id = l.line_id
    WHERE l.day <= $until AND l.state IN ('counted', 'partly_returned', 'returned')
        AND (t.measure IS NULL OR t.measure < l.measure)
),
with_margin AS (
    SELECT
        *,
        CASE
            WHEN NOT (SELECT has_margin FROM basis) THEN NULL
            WHEN cost IS NOT NULL THEN revenue - CASE WHEN measure = 0 THEN cost ELSE (cost * rest) // measure END
            ELSE sign(revenue)::BIGINT * ((2 * abs(revenue) * margin_bp + 10000) // 20000)
        END AS margin
    FROM stood
)
SELECT
    party_id, day, count(DISTINCT purchase_id) FILTER (revenue > 0)::INTEGER AS orders,
    sum(revenue)::BIGINT AS revenue, sum(margin)::BIGINT AS margin
FROM with_margin GROUP BY party_id, day HAVING sum(revenue) > 0
ORDER BY party_id, day
"""


def purchase_days(*, until: date | None = None) -> pa.Table:
    """Party, day, orders, revenue, margin: one row per day with a purchase that counts, sorted by party and day.

    ``until`` reads history as it stood at the end of that day: a return made later does not lower an earlier
    purchase, so a model judged on what came after learns nothing of it beforehand.
    """
    if until is None:
        return table("party_days")
    with connection("lines", "returns", "basis") as duck:
        return duck.sql(DAYS_UNTIL, params={"until": until}).to_arrow_table()


def headline() -> Headline:
    """Counts over all sources."""
    names = (
        "lines",
        "identifiers",
        "buyers",
        "one_time_buyers",
        "told",
        "counted",
        "walk_in_lines",
        "walk_in_told",
    )
    with connection("totals") as duck:
        row = duck.execute(f"SELECT {', '.join(names)} FROM totals WHERE source_id IS NULL").fetchone()
    if row is None:
        return Headline(0, 0, 0, 0, 0, 0, 0, 0, 0.0)
    found = dict(zip(names, row, strict=True))
    return Headline(
        lines=found["lines"],
        identifiers=found["identifiers"],
        buyers=found["buyers"],
        one_time_buyers=found["one_time_buyers"],
        revenue_told=found["told"],
        revenue_counted=found["counted"],
        walk_in_lines=found["walk_in_lines"],
        walk_in_revenue=found["walk_in_told"],
        walk_in_share=found["walk_in_told"] / found["told"] if found["told"] else 0.0,
    )
