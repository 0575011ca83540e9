"""Filters as DuckDB SQL with bound parameters: the compiler of the derived history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext

from fleuve.attributes.errors import NotBuilt
from fleuve.attributes.lowering import Lookup, lower
from fleuve.attributes.nodes import Bought, Node
from fleuve.attributes.registry import Attribute, Registry, registry

__all__ = ["compile_duckdb"]

_COMPARISONS: Final[dict[Lookup, str]] = {
    "equal": "{column} = ?",
    "less": "{column} < ?",
    "at_most": "{column} <= ?",
    "more": "{column} > ?",
    "at_least": "{column} >= ?",
    "contains": "contains({column}, ?)",
    "starts": "starts_with({column}, ?)",
}


@dataclass(frozen=True)
class _Condition:
    sql: str
    parameters: tuple[Any, ...] = ()


def compile_duckdb(
    node: Node,
    today: date,
    attributes: Registry = registry,
    *,
    bought: Callable[[Bought, date], str] | None = None,
) -> tuple[str, list[Any]]:
    """A condition for ``WHERE`` and its parameters, in the order of its question marks.

    ``bought`` answers purchase behaviour with a condition that needs no parameters.
    """
    condition = lower(node, today, _Duck(bought), attributes)
    return condition.sql, list(condition.parameters)


class _Duck:
    def __init__(self, bought: Callable[[Bought, date], str] | None) -> None:
        self._bought = bought

    def test(self, attribute: Attribute, lookup: Lookup, value: Any) -> _Condition:
        column = _quoted(_column(attribute))
        present = f"{column} IS NOT NULL"
        if lookup == "present":
            return _Condition(f"({present})")
        if lookup == "one_of":
            marks = ", ".join("?" for _ in value)
            return _Condition(f"({present} AND {column} IN ({marks}))", tuple(value))
        return _Condition(f"({present} AND {_COMPARISONS[lookup].format(column=column)})", (value,))

    def every(self, parts: Sequence[_Condition]) -> _Condition:
        return _joined(parts, " AND ", "TRUE")

    def some(self, parts: Sequence[_Condition]) -> _Condition:
        return _joined(parts, " OR ", "FALSE")

    def negate(self, part: _Condition) -> _Condition:
        return _Condition(f"(NOT {part.sql})", part.parameters)

    def bought(self, leaf: Bought, today: date) -> _Condition:
        if self._bought is None:
            raise NotBuilt(gettext("What was bought cannot be asked here."))
        return _Condition(f"({self._bought(leaf, today)})")


def _joined(parts: Sequence[_Condition], word: str, nothing: str) -> _Condition:
    if not parts:
        return _Condition(nothing)
    sql = word.join(part.sql for part in parts)
    return _Condition(f"({sql})", tuple(value for part in parts for value in part.parameters))


def _column(attribute: Attribute) -> str:
    return (attribute.folded_column or attribute.folded) if attribute.folded else attribute.sql_column


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
