"""What the journal asks of purchases, their lines, products: hold them, read what is stored, write it back.

Which months are to be computed anew is told by whoever takes changes back: it alone knows when it has finished.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, models
from django.db.models import F

from fleuve.changes.rules import as_stored
from fleuve.touchpoints.models import Product, Purchase, PurchaseLine

__all__ = ["LINE", "PRODUCT", "PURCHASE", "WRITERS", "ColumnWriter"]

PURCHASE, LINE, PRODUCT = "purchase", "line", "product"
_PLACES = 900  # SQLite plans longer lists slowly


class ColumnWriter:
    """Values that are columns of a table, named as the database names them. Nothing is projected from them here."""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        self._model = model
        self._fields = {name: _column(model, name) for name in columns}

    def hold(self, subject_ids: Sequence[int]) -> None:
        """Write nothing into the rows: that takes their locks, on both databases."""
        name = next(iter(self._fields))
        for part in _parts(subject_ids):
            self._model._default_manager.filter(pk__in=part).update(**{name: F(name)})

    def stored(self, fields: Sequence[tuple[int, str]]) -> Mapping[tuple[int, str], str | None]:
        """What is in the columns now; rows that are gone are left out."""
        wanted: dict[int, list[str]] = defaultdict(list)
        for subject, name in fields:
            wanted[subject].append(name)
        names = sorted({name for name in self._fields for names in wanted.values() if name in names})
        found: dict[tuple[int, str], str | None] = {}
        for part in _parts(sorted(wanted)):
            for row in self._model._default_manager.filter(pk__in=part).values("pk", *names):
                found.update({(row["pk"], name): as_stored(row[name]) for name in wanted[row["pk"]] if name in row})
        return found

    def write(self, values: Sequence[tuple[int, str, str | None]], *, at: datetime) -> None:
        """Write the columns, those rows together in which the same ones change."""
        wanted: dict[int, dict[str, Any]] = defaultdict(dict)
        for subject, name, value in values:
            wanted[subject][name] = self._plain(name, value)
        alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
        for subject, columns in wanted.items():
            alike[tuple(sorted(columns))].append((*(columns[name] for name in sorted(columns)), subject))
        table = connection.ops.quote_name(self._model._meta.db_table)
        with connection.cursor() as cursor:
            for names, rows in alike.items():
                changes = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in names)
                cursor.executemany(f"UPDATE {table} SET {changes} WHERE id = %s", rows)

    def _plain(self, name: str, value: str | None) -> Any:
        """As the driver takes it: days and moments come out of the journal as texts."""
        field = self._fields[name]
        python = None if value is None else field.to_python(json.loads(value))
        return field.get_db_prep_save(python, connection)


def _column(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = next(one for one in model._meta.concrete_fields if one.attname == name)
    return field.target_field if isinstance(field, models.ForeignKey) else field


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _PLACES] for start in range(0, len(ids), _PLACES)]


WRITERS: Final[Mapping[str, ColumnWriter]] = {
    PURCHASE: ColumnWriter(Purchase, ("kind", "status", "record_id", "at", "local_day", "local_month", "currency")),
    LINE: ColumnWriter(
        PurchaseLine, ("amount", "product_id", "quantity_e3", "unit_price_e4", "amount_home", "cost_home")
    ),
    PRODUCT: ColumnWriter(Product, ("name", "category", "kind", "kind_by")),
}
