"""The modules, their order and their files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

__all__ = ["LEVELS", "PACKAGE", "ROOT", "action_functions", "module_of"]

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "fleuve"

# Lowest first; the same order as the contract in pyproject.toml, which a test compares.
LEVELS: tuple[tuple[str, ...], ...] = (
    ("kernel",),
    ("attributes", "jobs", "outbound"),
    ("search",),
    ("ui", "api", "events", "changes"),
    ("accounts",),
    ("parties", "webhooks"),
    ("touchpoints",),
    ("imports", "history", "notes", "tasks"),
    ("value",),
    ("budgets", "alerts"),
    ("lists",),
    ("workspace",),
    ("config", "demo"),
    ("cli",),
)
LEVEL_OF = {name: level for level, names in enumerate(LEVELS) for name in names}


def module_of(path: Path) -> str:
    """The module that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0]


def action_functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Public functions of ``actions`` that take ``by=``: the verbs."""
    for path in sorted(PACKAGE.glob("*/actions/*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{path.relative_to(ROOT).as_posix()}:{node.name}", node
