"""From the columns of a list to lines of customer, day or hour of buying, and spend."""

from __future__ import annotations

from dataclasses import dataclass

from fleuve_analytics.errors import InvalidSetting, UnreadablePurchases
from fleuve_analytics.history.engine import Engine
from fleuve_analytics.history.source import Kind, Purchases, Source
from fleuve_analytics.history.zones import local_micros

__all__ = ["Columns", "lines_of", "open_source"]

HOUR = 3_600_000_000
HELD: dict[Kind, str] = {
    "day": "dates",
    "moment": "timestamps",
    "instant": "timestamps",
    "number": "numbers",
    "text": "text",
    "other": "something else",
}


@dataclass(frozen=True)
class Columns:
    """Which columns say who bought, when and for how much, and on whose clocks the when is read."""

    customer: str
    at: str
    spend: str | None = None
    time_zone: str | None = None


def open_source(purchases: Purchases, engine: Engine | None) -> Source:
    """The engine that fits the purchases: Spark for its own data frames, DuckDB for all else."""
    if type(purchases).__module__.startswith("pyspark."):
        from fleuve_analytics.history.on_spark import SparkSource

        return SparkSource(purchases)
    from fleuve_analytics.history.on_duckdb import DuckDBSource

    return DuckDBSource(purchases, engine or Engine())


def lines_of(source: Source, columns: Columns, *, by_hour: bool) -> str:
    """SQL, in the engine's own words, of the lines with their `customer`, `bought` (a day or an hour) and `spend`.

    Raises `UnreadablePurchases` for columns that are missing or hold something else, `InvalidSetting` for a time zone
    that is unknown or has no use.
    """
    source.kind(columns.customer)
    picked = f"{source.identity(columns.customer)} as customer"
    spend = _spend(source, columns.spend)
    kind = source.kind(columns.at)
    _check(columns, kind, by_hour)
    if kind == "day":
        return f"select {picked}, {source.quoted(columns.at)} as bought, {spend} as spend from {source.name()}"
    if kind == "moment" and not by_hour:
        day = f"cast({source.quoted(columns.at)} as date)"
        return f"select {picked}, {day} as bought, {spend} as spend from {source.name()}"
    clock = local_micros(columns.time_zone) if columns.time_zone else "micros"
    # Kept above zero so that hours before 1970 are cut downwards too.
    hour = f"clock - ((clock % {HOUR}) + {HOUR}) % {HOUR}"
    bought = source.moment(hour) if by_hour else f"cast({source.moment('clock')} as date)"
    moments = f"select {picked}, {source.micros(columns.at)} as micros, {spend} as spend from {source.name()}"
    clocks = f"select customer, {clock} as clock, spend from ({moments}) as line"
    return f"select customer, {bought} as bought, spend from ({clocks}) as line"


def _spend(source: Source, column: str | None) -> str:
    if column is None:
        return "cast(1 as double)"
    kind = source.kind(column)
    if kind != "number":
        raise UnreadablePurchases(
            f"Column {column!r} holds {HELD[kind]}, not amounts. Turn it into numbers first.",
            code="amount",
            column=column,
        )
    return f"cast({source.quoted(column)} as double)"


def _check(columns: Columns, kind: Kind, by_hour: bool) -> None:
    if kind not in ("day", "moment", "instant"):
        raise UnreadablePurchases(
            f"Column {columns.at!r} holds {HELD[kind]}, not dates or timestamps. Turn it into dates first, saying "
            'which format it has: pandas.to_datetime(…, format="%d/%m/%Y"), or strptime in SQL.',
            code="date",
            column=columns.at,
        )
    if by_hour and kind == "day":
        raise UnreadablePurchases(
            f"Column {columns.at!r} holds dates, which have no hours. Take the unit day, or a column of timestamps.",
            code="date",
            column=columns.at,
        )
    if columns.time_zone is not None and kind != "instant":
        raise InvalidSetting(
            f"Column {columns.at!r} bears no time zone: its days are taken as written. Leave time_zone out.",
            code="time_zone",
        )
