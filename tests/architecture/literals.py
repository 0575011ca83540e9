"""Finds the first argument of calls to a named function, wherever the source tree makes them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["SOURCE", "Call", "first_arguments"]

SOURCE = Path(__file__).resolve().parent.parent.parent / "fleuve"


@dataclass(frozen=True)
class Call:
    """One call: where it stands and the text it gives first (nothing when that is not a literal)."""

    place: str
    text: str | None


def first_arguments(function: str) -> Iterator[Call]:
    """Every call of ``function`` outside tests, under its bare name or as an attribute of a module."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) == function and node.args:
                first = node.args[0]
                text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
                yield Call(f"{path.relative_to(SOURCE.parent)}:{node.lineno}", text)


def _name(function: ast.expr) -> str:
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )
