"""Rows by column: how made-up data travel to the writer of either database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import models

from fleuve.demo.generator.recipe import IntArray, Recipe

__all__ = ["OPEN_MINUTES", "Calendar", "Column", "Rows"]

# One value for all rows, or one a row: a numpy array, an Arrow array of texts, or a list with holes.
Column = Any

_FIRST_MINUTE: Final = 8 * 60
OPEN_MINUTES: Final = 10 * 60


@dataclass(frozen=True)
class Rows:
    """Some rows of one table. Columns that are not told have the default of the model."""

    model: type[models.Model]
    count: int
    told: Mapping[str, Column]

    def __post_init__(self) -> None:
        unknown = set(self.told) - set(self.names)
        if unknown:
            raise ValueError(f"{self.model.__name__} has no columns {sorted(unknown)}")

    @property
    def names(self) -> tuple[str, ...]:
        """Every column of the table."""
        return tuple(str(field.column) for field in self.model._meta.concrete_fields)

    def as_tuples(self) -> Iterable[tuple[object, ...]]:
        """The rows as SQLite binds them."""
        return zip(*(self._as_values(column) for column in self._columns()), strict=False)

    def as_arrow(self) -> pa.Table:
        """The rows as PostgreSQL copies them in: as CSV."""
        return pa.table(dict(zip(self.names, map(self._as_array, self._columns()), strict=True)))

    def _columns(self) -> list[Column]:
        return [
            self.told[str(field.column)] if str(field.column) in self.told else _default(field)
            for field in self.model._meta.concrete_fields
        ]

    def _as_values(self, column: Column) -> Iterable[object]:
        if isinstance(column, np.ndarray):
            values: list[object] = column.tolist()
            return values
        if isinstance(column, pa.Array | pa.ChunkedArray):
            return list(column.to_pylist())
        return column if isinstance(column, list) else repeat(column, self.count)

    def _as_array(self, column: Column) -> pa.Array:
        if isinstance(column, pa.Array | pa.ChunkedArray):
            return column
        if isinstance(column, np.ndarray | list):
            return pa.array(column)
        return pa.repeat(column, self.count) if column is not None else pa.nulls(self.count)


def _default(field: models.Field[Any, Any]) -> object:
    if not field.has_default() and field.has_db_default():
        return field.db_default
    value = field.get_default()
    if isinstance(field, models.JSONField):
        return json.dumps(value)
    return value.value if isinstance(value, models.Choices) else value


class Calendar:
    """Days and times of a recipe as the texts that both databases read."""

    def __init__(self, recipe: Recipe) -> None:
        days = recipe.days
        self.made_at = str(recipe.made_at)
        self._days = pa.array(days.astype(str).tolist())
        minutes = (divmod(minute, 60) for minute in range(_FIRST_MINUTE, _FIRST_MINUTE + OPEN_MINUTES))
        self._times = pa.array([f"{hour:02d}:{minute:02d}:00" for hour, minute in minutes])
        months = days.astype("datetime64[M]").astype(np.int64)
        self._months = (1970 + months // 12) * 100 + months % 12 + 1

    def day(self, places: IntArray) -> pa.Array:
        """``2026-10-31``, for a number of days since the first one."""
        return self._days.take(pa.array(places))

    def at(self, places: IntArray, minutes: IntArray) -> pa.Array:
        """``2026-10-31 08:17:00``: ``minutes`` after eight, never so late that Paris has another day than London."""
        return pc.binary_join_element_wise(self.day(places), self._times.take(pa.array(minutes)), " ")

    def month(self, places: IntArray) -> IntArray:
        """``202610``."""
        found: IntArray = self._months[places]
        return found
