"""Spark data frames: the same queries, translated from DuckDB's dialect by sqlglot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fleuve_analytics.errors import MissingExtra
from fleuve_analytics.history.source import Kind, Source, unreadable

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["SparkSource", "in_spark"]

_KINDS: dict[str, Kind] = {"date": "day", "timestamp_ntz": "moment", "timestamp": "instant", "string": "text"}
_NUMBERS = {"byte", "short", "integer", "long", "float", "double", "decimal"}
START = "timestamp_ntz '1970-01-01 00:00:00'"


class SparkSource(Source):
    """A data frame stays in its own session; only the finished table comes here."""

    def __init__(self, frame: DataFrame) -> None:
        self._frame = frame
        self._view = f"fleuve_purchases_{uuid4().hex}"

    def kinds(self) -> Mapping[str, Kind]:
        return {field.name: _kind(field.dataType.typeName()) for field in self._frame.schema.fields}

    def name(self) -> str:
        return self._view

    def quoted(self, column: str) -> str:
        return "`" + column.replace("`", "``") + "`"

    def identity(self, column: str) -> str:
        quoted, declared = self.quoted(column), self._frame.schema[column].dataType
        if declared.typeName() == "decimal" and getattr(declared, "scale", 0) == 0:
            return f"cast({quoted} as bigint)"
        if declared.typeName() in ("float", "double"):
            return f"case when not isnan({quoted}) then {quoted} end"
        return quoted

    def micros(self, column: str) -> str:
        if self.kind(column) == "instant":
            return f"unix_micros({self.quoted(column)})"
        return f"timestampdiff(MICROSECOND, {START}, {self.quoted(column)})"

    def moment(self, micros: str) -> str:
        # Not timestamp_micros: that is an instant, which the zone of the session would turn into another day.
        return f"timestampadd(MICROSECOND, {micros}, {START})"

    def ask(self, lines: str, query: str, **values: str) -> dict[str, Any]:
        from pyspark.errors import PySparkException

        text = in_spark(query.format(lines=f"{self._view}_line", **values))
        session = self._frame.sparkSession
        try:
            self._frame.createOrReplaceTempView(self._view)
            session.sql(lines).createOrReplaceTempView(f"{self._view}_line")
            answer = session.sql(text).toArrow()
        except PySparkException as failure:
            raise unreadable(str(failure)) from failure
        finally:
            session.catalog.dropTempView(f"{self._view}_line")
            session.catalog.dropTempView(self._view)
        return {name: answer.column(name).to_numpy() for name in answer.column_names}


def in_spark(query: str) -> str:
    """A query of DuckDB's dialect in that of Spark. Raises `MissingExtra` when sqlglot is not installed."""
    try:
        import sqlglot
    except ImportError as missing:
        raise MissingExtra(
            'To read Spark data frames, install the extra: pip install "fleuve-analytics[spark]".', code="spark"
        ) from missing
    return sqlglot.transpile(query, read="duckdb", write="spark", pretty=True)[0]


def _kind(declared: str) -> Kind:
    return "number" if declared in _NUMBERS else _KINDS.get(declared, "other")
