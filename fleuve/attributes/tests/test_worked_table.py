"""The table "Operators" of docs/rules/filters.md, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from fleuve.attributes import Is, compile_duckdb, pack_choices
from fleuve.attributes.operators import operator_of
from fleuve.attributes.tests.samples import ATTRIBUTES, TODAY
from fleuve.attributes.values import read_texts
from fleuve.kernel.search_text import fold

_PAGE = Path(__file__).parents[3] / "docs" / "rules" / "filters.md"
_KEYS = {
    "text": "name",
    "code": "code",
    "number": "rate",
    "money": "worth",
    "date": "last_on",
    "yes_no": "is_business",
    "choice": "stage",
    "choices": "tags",
}
_SQL_TYPES = {"number": "DOUBLE", "money": "BIGINT", "date": "DATE", "yes_no": "BOOLEAN"}


def _rows() -> Iterator[tuple[str, str, str, str, bool]]:
    table = _PAGE.read_text(encoding="utf-8").partition("## Operators")[2].partition("## ")[0]
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0] in _KEYS:
            for stored in cells[3].split("; "):
                yield cells[0], cells[1], cells[2], stored, True
            for stored in cells[4].split("; "):
                yield cells[0], cells[1], cells[2], stored, False


def _stored(kind: str, text: str) -> Any:
    if text == "*empty*":
        return None
    readers: dict[str, Callable[[str], Any]] = {
        "text": fold,
        "number": float,
        "money": int,
        "date": date.fromisoformat,
        "yes_no": lambda answer: answer == "yes",
        "choices": lambda keys: pack_choices(keys.split("+")),
    }
    return readers.get(kind, str)(text)


@pytest.mark.parametrize(("kind", "operator", "value", "stored", "holds"), list(_rows()))
def test_the_table_is_true(kind: str, operator: str, value: str, stored: str, holds: bool) -> None:
    attribute = ATTRIBUTES.get(_KEYS[kind])
    found = operator_of(attribute, operator)
    assert found is not None
    node = Is(attribute.key, operator, read_texts(attribute, found, value.split(";"), "EUR"))
    condition, parameters = compile_duckdb(node, TODAY, ATTRIBUTES)
    column = attribute.folded or attribute.sql_column
    sql = f"SELECT {condition} FROM (SELECT CAST(? AS {_SQL_TYPES.get(kind, 'VARCHAR')}) AS {column})"
    with duckdb.connect(":memory:") as opened:
        (answer,) = opened.execute(sql, [*parameters, _stored(kind, stored)]).fetchall()[0]
    assert answer is holds


def test_the_table_names_every_type() -> None:
    assert {kind for kind, *_rest in _rows()} == set(_KEYS)
