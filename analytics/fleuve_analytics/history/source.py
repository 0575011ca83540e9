"""A list of purchases, wherever it lies, that answers questions in SQL."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Literal

from fleuve_analytics.errors import UnreadablePurchases

__all__ = ["Kind", "Purchases", "Source"]

# A pandas or polars data frame, an Arrow table, reader or dataset, a DuckDB relation, a Spark data frame, or the path
# (paths, pattern, folder) of Parquet files. Any, because none of those packages may be imported for the sake of a type.
Purchases = Any

# day: a date. moment: date and time as clocks showed them. instant: a point on the line of time, the same everywhere.
Kind = Literal["day", "moment", "instant", "number", "text", "other"]


class Source(ABC):
    """Purchases behind an engine. Methods that return SQL write the engine's own, for what the engines differ in."""

    @abstractmethod
    def kinds(self) -> Mapping[str, Kind]:
        """The columns and what they hold."""

    @abstractmethod
    def name(self) -> str:
        """SQL name of the list."""

    @abstractmethod
    def quoted(self, column: str) -> str:
        """SQL name of a column."""

    @abstractmethod
    def identity(self, column: str) -> str:
        """SQL of a column as something that tells customers apart and sorts the same on every engine."""

    @abstractmethod
    def micros(self, column: str) -> str:
        """SQL of a moment or an instant as microseconds since 1970, in UTC or on the same clock."""

    @abstractmethod
    def moment(self, micros: str) -> str:
        """SQL of the moment that lies so many microseconds after the start of 1970."""

    @abstractmethod
    def ask(self, lines: str, query: str, **values: str) -> dict[str, Any]:
        """Answer a query, written for DuckDB, on the lines that `lines` selects; columns come as numpy arrays."""

    def kind(self, column: str) -> Kind:
        """What a column holds. Raises `UnreadablePurchases` when there is none of that name."""
        kinds = self.kinds()
        if column not in kinds:
            listed = ", ".join(kinds)
            raise UnreadablePurchases(
                f"There is no column {column!r} among the purchases. They have: {listed}.", code="column", column=column
            )
        return kinds[column]


def unreadable(reason: str) -> UnreadablePurchases:
    """The error for what an engine refused."""
    return UnreadablePurchases(
        f"The purchases could not be read: {reason.strip().splitlines()[0]} Check the file, and that customers, dates "
        "and amounts are what their columns say.",
        code="query",
    )
