"""What hangs on a record: the tables of all modules that would lose their customer if the record went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import models

__all__ = ["Hanging", "hanging", "held_records", "register_hanging"]


@dataclass(frozen=True)
class Hanging:
    """A table and the path from it to its record."""

    model: type[models.Model]
    record_path: str


_hanging: Final[dict[str, Hanging]] = {}


def register_hanging(model: type[models.Model], record_path: str = "record") -> None:
    """Rows of ``model`` keep their record when an import is undone, move at a merge, go at an erasure."""
    _hanging[f"{model._meta.label}.{record_path}"] = Hanging(model, record_path)


def hanging() -> tuple[Hanging, ...]:
    """Every table that hangs on a record, in the order of registration."""
    return tuple(_hanging.values())


def held_records(record_ids: Sequence[int]) -> set[int]:
    """Those of these records on which something hangs."""
    held: set[int] = set()
    for one in hanging():
        rows = one.model._default_manager.filter(**{f"{one.record_path}__in": list(record_ids)})
        held.update(rows.order_by().values_list(one.record_path, flat=True).distinct())
    return held
