"""The sample rows in both engines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from django.db import connection

from fleuve.attributes import Node, compile_duckdb, compile_sql
from fleuve.attributes.tests.samples import ATTRIBUTES, ROWS, TODAY, Sample

_COLUMNS = {
    "id": "BIGINT",
    "name": "VARCHAR",
    "name_folded": "VARCHAR",
    "code": "VARCHAR",
    "orders": "INTEGER",
    "rate": "DOUBLE",
    "worth_minor": "BIGINT",
    "last_on": "DATE",
    "is_business": "BOOLEAN",
    "stage": "VARCHAR",
    "tags": "VARCHAR",
}


class Engines:
    """The same question put to the database and to DuckDB."""

    def __init__(self, duck: duckdb.DuckDBPyConnection) -> None:
        self._duck = duck

    def from_database(self, node: Node) -> set[int]:
        return set(Sample.objects.filter(compile_sql(node, TODAY, ATTRIBUTES)).values_list("pk", flat=True))

    def from_duckdb(self, node: Node) -> set[int]:
        condition, parameters = compile_duckdb(node, TODAY, ATTRIBUTES)
        found = self._duck.execute(f"SELECT id FROM samples WHERE {condition}", parameters).fetchall()
        return {number for (number,) in found}


@pytest.fixture(scope="session")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
    marks = ", ".join("?" for _ in _COLUMNS)
    with duckdb.connect(":memory:", config={"threads": 1}) as opened:
        opened.execute(f"CREATE TABLE samples ({columns})")
        opened.executemany(f"INSERT INTO samples VALUES ({marks})", [[row[name] for name in _COLUMNS] for row in ROWS])
        yield opened


@pytest.fixture(scope="session")
def _sample_table(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Sample)
        Sample.objects.bulk_create(Sample(**row) for row in ROWS)
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.delete_model(Sample)


@pytest.fixture
def engines(_sample_table: None, db: None, duck: duckdb.DuckDBPyConnection) -> Engines:
    return Engines(duck)
