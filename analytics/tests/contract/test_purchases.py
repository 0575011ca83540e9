"""From which sources purchases are taken, and what is said of those that cannot be."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from fleuve_analytics import (
    Engine,
    PurchaseTable,
    cohort_table,
    discrete_table,
    period_table,
    purchase_table,
    repeat_curve,
    split_table,
)
from fleuve_analytics.errors import InvalidSetting, MissingExtra, UnreadablePurchases
from fleuve_analytics.history.on_spark import in_spark

DAYS = [date(2024, 1, day) for day in (1, 15, 8, 8)]
LINES = pa.table({"who": ["B", "B", "A", None], "day": DAYS, "paid": [1.5, 2.5, 4.0, 8.0]})
COLUMNS: dict[str, Any] = {"customer": "who", "at": "day", "spend": "paid", "until": date(2024, 1, 29)}


def _files(folder: Path) -> Path:
    (folder / "2024" / "it's").mkdir(parents=True)
    pq.write_table(LINES.slice(0, 2), folder / "2024" / "one.parquet")
    pq.write_table(LINES.slice(2), folder / "2024" / "it's" / "two.parquet")
    return folder


SOURCES: dict[str, Callable[[Path], Any]] = {
    "Arrow table": lambda _: LINES,
    "Arrow reader": lambda _: LINES.to_reader(),
    "Arrow dataset": lambda folder: ds.dataset(_files(folder)),
    "pandas": lambda _: LINES.to_pandas(),
    "pandas with timestamps and categories": lambda _: LINES.to_pandas().astype(
        {"day": "datetime64[ns]", "who": "category"}
    ),
    "polars": lambda _: pl.DataFrame(LINES),
    "polars, lazy, with categories": lambda _: pl.LazyFrame(pl.DataFrame(LINES)).with_columns(
        pl.col("who").cast(pl.Categorical)
    ),
    "DuckDB relation": lambda _: duckdb.connect().from_arrow(LINES),
    "pattern of Parquet files": lambda folder: str(_files(folder) / "**" / "*.parquet"),
    "folder of Parquet files": lambda folder: _files(folder),
    "list of Parquet files": lambda folder: sorted(_files(folder).rglob("*.parquet")),
}


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_gives_the_same_table(source: str, tmp_path: Path) -> None:
    table = purchase_table(SOURCES[source](tmp_path), **COLUMNS)
    assert table.customer.tolist() == ["A", "B"]
    assert (table.frequency.tolist(), table.recency.tolist(), table.age.tolist()) == ([0, 1], [0, 2], [3, 4])
    assert table.spend_total.tolist() == [4, 4]
    assert table.mean_spend.tolist() == pytest.approx([np.nan, 2.5], nan_ok=True)


def test_a_missing_number_of_pandas_is_missing_and_one_of_arrow_is_an_error() -> None:
    frame = pd.DataFrame({"who": [1.0, np.nan, 1.0], "day": pd.to_datetime(["2024-01-01"] * 3), "paid": [1, 2, np.nan]})
    table = purchase_table(frame, **COLUMNS)
    assert (table.customer.tolist(), table.spend_total.tolist()) == ([1], [1])
    arrow = pa.table({"who": frame["who"].to_numpy(), "day": DAYS[:3], "paid": frame["paid"].to_numpy()})
    with pytest.raises(UnreadablePurchases) as refused:
        purchase_table(arrow, **COLUMNS)
    assert refused.value.code == "amount"
    assert purchase_table(arrow.drop(["paid"]), **{**COLUMNS, "spend": None}).customer.tolist() == [1]


def test_a_relation_keeps_its_connection_as_it_was() -> None:
    connection = duckdb.connect()
    connection.execute("create table purchases as select 'mine' as note")
    purchase_table(connection.from_arrow(LINES), **COLUMNS)
    assert connection.execute("select note from purchases").fetchall() == [("mine",)]


def test_without_spend_every_line_counts_as_one() -> None:
    table = purchase_table(LINES, **{**COLUMNS, "spend": None})
    assert table.spend_total.tolist() == [1, 2]


def test_a_moment_counts_for_its_day_only_where_it_is_midnight() -> None:
    moments = {"until": pd.Timestamp("2024-01-29"), "since": pd.Timestamp("2024-01-01")}
    midnight = purchase_table(LINES, **{**COLUMNS, **moments})
    assert (midnight.until, midnight.age.tolist()) == (date(2024, 1, 29), [3, 4])


def test_gaps_are_there_when_asked_for_only() -> None:
    assert purchase_table(LINES, **COLUMNS).log_gaps is None
    gaps = purchase_table(LINES, **COLUMNS, gaps=True).log_gaps
    assert gaps is not None
    assert gaps.tolist() == pytest.approx([0, np.log(2)])


INSTANTS = LINES.set_column(1, "day", pa.array([datetime(2024, 1, 1, tzinfo=UTC)] * 4))
WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "no list at all": ("source", {"purchases": 42}),
    "a list of numbers": ("source", {"purchases": [1, 2]}),
    "no such file": ("query", {"purchases": "nowhere/*.parquet"}),
    "no such column": ("column", {"at": "Day"}),
    "dates as text": ("date", {"at": "who"}),
    "hours of dates": ("date", {"unit": "hour"}),
    "amounts as text": ("amount", {"spend": "who"}),
    "unknown unit": ("unit", {"unit": "fortnight"}),
    "unit of no length": ("unit", {"unit": 0}),
    "unit that is no number": ("unit", {"unit": float("nan")}),
    "zone for dates": ("time_zone", {"time_zone": "Europe/Paris"}),
    "unknown zone": ("time_zone", {"purchases": INSTANTS, "time_zone": "Europe/Atlantis"}),
    "an end within a day": ("until", {"until": datetime(2024, 1, 29, 12, tzinfo=UTC)}),
    "an hour with a zone": ("until", {"until": datetime(2024, 1, 29, 12, tzinfo=UTC), "unit": "hour"}),
    "a start within a day": ("since", {"since": datetime(2024, 1, 2, 12, tzinfo=UTC)}),
    "an end before the start": ("since", {"since": date(2024, 2, 1)}),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_read_is_said_in_words(case: str) -> None:
    code, wrong = WRONG[case]
    with pytest.raises((UnreadablePurchases, InvalidSetting)) as refused:
        purchase_table(**{"purchases": LINES, **COLUMNS, **wrong})
    assert refused.value.code == code
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("table", [cohort_table, period_table, discrete_table])
def test_an_unknown_period_is_refused(table: Callable[..., Any]) -> None:
    with pytest.raises(InvalidSetting) as refused:
        table(LINES, **COLUMNS, period="fortnight")
    assert refused.value.code == "period"


def test_spark_without_its_extra_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    with pytest.raises(MissingExtra, match=r"fleuve-analytics\[spark\]"):
        in_spark("select 1")


def _same(one: PurchaseTable, other: PurchaseTable) -> None:
    for name in ("customer", "frequency", "recency", "age", "spend_total"):
        assert (getattr(one, name) == getattr(other, name)).all(), name
    # Logarithms are added in whatever order they come; amounts are whole here.
    assert one.log_gaps == pytest.approx(other.log_gaps, rel=1e-12, abs=1e-12)


@pytest.mark.full
def test_a_list_that_exceeds_the_memory_is_read_with_the_help_of_the_disk(tmp_path: Path) -> None:
    """Two million purchases need some 120 MB: with half of it, all is on the disk for a while, and comes back."""
    rng = np.random.default_rng(1)
    count = 2_000_000
    day = rng.integers(19_000, 20_000, count).astype("datetime64[D]")
    lines = pa.table({"who": rng.integers(0, 200_000, count), "day": day, "paid": rng.integers(-9, 90, count) * 1.0})
    folder = tmp_path / "spilled"
    narrow = Engine(threads=2, memory_limit="64MB", temp_directory=folder)
    asked: dict[str, Any] = {**COLUMNS, "until": date(2024, 9, 30), "gaps": True}
    _same(purchase_table(lines, **asked, engine=narrow), purchase_table(lines, **asked))
    assert not list(folder.glob("*"))
    diskless = duckdb.connect(config={"threads": 2, "memory_limit": "64MB", "temp_directory": ""})
    with pytest.raises(UnreadablePurchases, match="Memory"):
        purchase_table(diskless.from_arrow(lines), **asked)


def test_the_cumulative_repeats_of_the_papers_after_39_and_78_weeks() -> None:
    """CDNOW, 2,357 people: 2,457 repeat purchases by week 39 and 1,882 more by week 78 (Fader, Hardie & Lee 2005)."""
    from fleuve_analytics.datasets import cdnow_sample_purchases

    columns: dict[str, Any] = {"customer": "customer_id", "at": "date", "spend": "dollars"}
    curve = repeat_curve(cdnow_sample_purchases(), **columns, until=date(1998, 6, 30))
    assert len(curve.time) == 78
    assert curve.cumulative_repeats[[38, 77]].tolist() == [2457, 2457 + 1882]
    assert curve.new_customers[:12].sum() == curve.new_customers.sum() == 2357


def test_a_split_by_hours_and_by_days_agrees_on_the_whole_days() -> None:
    moments = pa.array([datetime(2024, 1, 1, 9), datetime(2024, 1, 1, 17), datetime(2024, 1, 3, 9)])  # noqa: DTZ001
    lines = pa.table({"who": ["A"] * 3, "at": moments})
    ends: dict[str, Any] = {"calibration_end": date(2024, 1, 2), "holdout_end": date(2024, 1, 4)}
    hours = split_table(lines, customer="who", at="at", unit="hour", **ends)
    days = split_table(lines, customer="who", at="at", unit="day", **ends)
    assert (hours.frequency.tolist(), days.frequency.tolist()) == ([1], [0])
    assert (hours.recency.tolist(), hours.age.tolist(), hours.horizon) == ([8], [38], 48)
    later = split_table(lines, customer="who", at="at", unit="hour", since=date(2024, 1, 1), **ends)
    assert later.age.tolist() == [38]
    assert (days.holdout_frequency.tolist(), days.horizon) == ([1], 2)
