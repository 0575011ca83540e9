"""What the mirror holds: every column of the list row, and one typed column for each field of one's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

import pyarrow as pa
from django.db import models

from fleuve.attributes import Attribute
from fleuve.parties.models import PartyCard

__all__ = ["CardColumn", "card_columns", "own_columns"]

_TYPES: Final[tuple[tuple[type[models.Field[object, object]], pa.DataType], ...]] = (
    (models.BooleanField, pa.bool_()),
    (models.PositiveSmallIntegerField, pa.int16()),
    (models.PositiveIntegerField, pa.int32()),
    (models.BigIntegerField, pa.int64()),
    (models.ForeignKey, pa.int64()),
    (models.IntegerField, pa.int32()),
    (models.FloatField, pa.float64()),
    (models.DateField, pa.date32()),
    (models.CharField, pa.string()),
    (models.TextField, pa.string()),
)


@dataclass(frozen=True)
class CardColumn:
    """A column of the list row: its name in the database and in the mirror, and its type there."""

    name: str
    type: pa.DataType


@cache
def card_columns() -> tuple[CardColumn, ...]:
    """The columns of the list row in the order of the model; moments are left out, nothing sorts or filters by them."""
    fields = [field for field in PartyCard._meta.concrete_fields if not isinstance(field, models.DateTimeField)]
    return tuple(CardColumn(field.attname, _type(field)) for field in fields)


def own_columns(attributes: Iterable[Attribute]) -> tuple[Attribute, ...]:
    """The attributes among these whose values lie in the narrow table."""
    return tuple(one for one in attributes if one.kept_in == "own")


def _type(field: models.Field[object, object]) -> pa.DataType:
    return next(found for kind, found in _TYPES if isinstance(field, kind))
