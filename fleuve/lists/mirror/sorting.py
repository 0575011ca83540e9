"""What a list is sorted and grouped by, in DuckDB and in the database: the same key in both.

No text and an empty text are the same: no key, so such rows come last. Answers that a module declared stand in their
declared order (a stage follows the relationship, not the alphabet); yes comes after no.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection
from django.db.models import Case, Expression, F, IntegerField, TextField, Value, When
from django.db.models.functions import Collate, ExtractMonth, ExtractYear, NullIf

from fleuve.attributes import Attribute

__all__ = ["each_answer_sql", "group_expression", "group_sql", "sort_expression", "sort_sql"]

_TEXTS: Final = ("text", "choice", "choices")
# Texts compare by their bytes everywhere: a collation of a language would page differently in each place.
_BY_BYTES: Final = {"sqlite": "BINARY", "postgresql": "C"}


def sort_sql(attribute: Attribute) -> str:
    """The sort key of an attribute in DuckDB."""
    column = _quoted(attribute.folded_column or attribute.folded or attribute.sql_column)
    if attribute.type in _TEXTS:
        positions = _positions(attribute)
        if not positions:
            return f"nullif({column}, '')"
        cases = " ".join(f"WHEN {_text(key)} THEN {place}" for key, place in positions)
        return f"(CASE {column} {cases} END)"
    return f"{column}::TINYINT" if attribute.type == "yes_no" else column


def sort_expression(attribute: Attribute) -> Expression | F:
    """The sort key of an attribute in the database."""
    path = attribute.folded or attribute.sql_path
    if attribute.type in _TEXTS:
        positions = _positions(attribute)
        if not positions:
            return Collate(NullIf(path, Value(""), output_field=TextField()), _BY_BYTES[connection.vendor])
        cases = (When(**{path: key}, then=Value(place)) for key, place in positions)
        return Case(*cases, default=None, output_field=IntegerField())
    if attribute.type == "yes_no":
        return Case(
            When(**{path: True}, then=Value(1)),
            When(**{path: False}, then=Value(0)),
            default=None,
            output_field=IntegerField(),
        )
    return F(path)


def group_sql(attribute: Attribute, column: str) -> str:
    """What values of one group have in common in DuckDB: a month for a day, the stored answer for everything else."""
    if attribute.type == "date":
        return f"(year({column}) * 100 + month({column}))::INTEGER"
    if attribute.type in _TEXTS:
        return f"nullif({column}, '')"
    return f"{column}::TINYINT" if attribute.type == "yes_no" else column


def each_answer_sql(packed: str) -> str:
    """One row for each answer of a packed text in DuckDB; a row without any stays one."""
    return f"unnest(CASE WHEN {packed} IS NULL THEN [NULL] ELSE string_split(trim({packed}, '|'), '|') END)"


def group_expression(attribute: Attribute) -> Any:
    """What rows of one group have in common in the database; several answers are still one packed text."""
    path = attribute.sql_path
    if attribute.type == "date":
        return ExtractYear(path) * 100 + ExtractMonth(path)
    if attribute.type in _TEXTS:
        return Collate(NullIf(path, Value(""), output_field=TextField()), _BY_BYTES[connection.vendor])
    return sort_expression(attribute)


def _positions(attribute: Attribute) -> list[tuple[str, int]]:
    if attribute.type != "choice" or callable(attribute.choices):
        return []
    return [(choice.key, place) for place, choice in enumerate(attribute.choices)]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
