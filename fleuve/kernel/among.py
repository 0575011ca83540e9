"""The lookup ``among``: a number is one of many, told to the database as one value.

``in`` names each number apart: two thousand of them take Django and PostgreSQL three times as long to read as the rows
take to find, and SQLite refuses more than 32,766.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Lookup
from django.db.models.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    _Lookup = Lookup[bool]
else:
    _Lookup = Lookup

__all__ = ["Among"]


@BigIntegerField.register_lookup
class Among(_Lookup):
    """``filter(party__id__among=ids)``: any whole numbers. Name the column itself, not the relation."""

    lookup_name = "among"
    prepare_rhs = False
    rhs: list[int]

    def __init__(self, lhs: Any, rhs: Iterable[int]) -> None:
        super().__init__(lhs, [int(one) for one in rhs])

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_extra: Any) -> tuple[str, Any]:
        column, told = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", (*told, json.dumps(self.rhs))

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_extra: Any) -> tuple[str, Any]:
        column, told = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", (*told, f"{{{','.join(map(str, self.rhs))}}}")
