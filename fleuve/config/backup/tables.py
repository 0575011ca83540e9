"""Which tables travel, and how each of their columns is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.apps.registry import Apps
from django.db import models

__all__ = ["LEFT_OUT", "Column", "Table", "tables_of"]

# Sessions and sign-in attempts end with the machine that held them; content types are made again by a migration.
LEFT_OUT: Final = frozenset({"sessions", "axes", "contenttypes", "auth", "admin"})

_KINDS: Final = {
    "AutoField": "integer",
    "BigAutoField": "integer",
    "BigIntegerField": "integer",
    "IntegerField": "integer",
    "PositiveBigIntegerField": "integer",
    "PositiveIntegerField": "integer",
    "PositiveSmallIntegerField": "integer",
    "SmallIntegerField": "integer",
    "CharField": "text",
    "TextField": "text",
    "SlugField": "text",
    "FileField": "text",
    "EmailField": "text",
    "URLField": "text",
    "BooleanField": "boolean",
    "FloatField": "real",
    "DecimalField": "decimal",
    "DateField": "date",
    "DateTimeField": "moment",
    "TimeField": "time",
    "JSONField": "json",
    "BinaryField": "binary",
    "UUIDField": "uuid",
}


@dataclass(frozen=True)
class Column:
    """A column and how its values are written."""

    name: str
    kind: str


@dataclass(frozen=True)
class Table:
    """A table that travels."""

    name: str
    label: str
    columns: tuple[Column, ...]


def _kind(field: models.Field[object, object]) -> str:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return _KINDS[target.get_internal_type()]


def _table(model: type[models.Model]) -> Table:
    columns = tuple(Column(str(field.column), _kind(field)) for field in model._meta.local_concrete_fields)
    return Table(model._meta.db_table, model._meta.label, columns)


def tables_of(apps: Apps) -> tuple[Table, ...]:
    """Every managed table of these apps that travels, in the order of its name."""
    found: Iterable[type[models.Model]] = apps.get_models(include_auto_created=True)
    kept = [m for m in found if m._meta.managed and not m._meta.proxy and m._meta.app_label not in LEFT_OUT]
    return tuple(sorted((_table(model) for model in kept), key=lambda table: table.name))
