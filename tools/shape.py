"""``dev.py shape``: sizes of files and functions beside what STYLE.md aims at. It informs; it fails nothing."""

from __future__ import annotations

import ast
import io
import statistics
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["FILE_AIM", "FUNCTION_AIM", "Size", "measure"]

ROOT = Path(__file__).resolve().parent.parent
FUNCTION_AIM = 25
FILE_AIM = 250
_SHOWN = 15


@dataclass(frozen=True)
class Size:
    """Something and its number of lines of code: without blank lines, comments and docstrings."""

    name: str
    lines: int


def _code_lines(source: str) -> set[int]:
    quiet = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    found: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in quiet:
            found.update(range(token.start[0], token.end[0] + 1))
    return found


def _docstring_lines(tree: ast.AST) -> set[int]:
    found: set[int] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or not node.body:
            continue
        first = node.body[0]
        is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        if is_text and isinstance(first.value.value, str):  # type: ignore[attr-defined]
            found.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return found


def measure(path: Path) -> tuple[Size, list[Size]]:
    """The size of a file and of each of its functions."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    lines = _code_lines(source) - _docstring_lines(tree)
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    functions = [
        Size(f"{name}:{node.lineno} {node.name}", sum(node.lineno <= n <= (node.end_lineno or 0) for n in lines))
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return Size(name, len(lines)), functions


def _sources() -> Iterator[Path]:
    for folder in ("fleuve", "analytics", "tools"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def _print(title: str, sizes: list[Size], aim: int) -> None:
    numbers = sorted(size.lines for size in sizes)
    over = [size for size in sizes if size.lines > aim]
    deciles = statistics.quantiles(numbers, n=10) if len(numbers) > 1 else [0.0] * 9
    print(f"{title}: {len(sizes)}, median {statistics.median(numbers):.0f}, ninth decile {deciles[8]:.0f}, ", end="")
    print(f"longest {numbers[-1]}; {len(over)} above {aim}")
    for size in sorted(over, key=lambda item: -item.lines)[:_SHOWN]:
        print(f"  {size.lines:5}  {size.name}")


def main() -> int:
    """Print the sizes of code and of tests."""
    measured = [(path, *measure(path)) for path in _sources()]
    for title, is_test in (("code", False), ("tests", True)):
        chosen = [(file, functions) for path, file, functions in measured if ("tests" in path.parts) is is_test]
        if chosen:
            _print(f"Files of {title}", [file for file, _functions in chosen], FILE_AIM)
            _print(f"Functions of {title}", [size for _file, functions in chosen for size in functions], FUNCTION_AIM)
    return 0


if __name__ == "__main__":
    sys.exit(main())
