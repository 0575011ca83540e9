"""Reads the tables of docs/rules/outbound.md."""

from __future__ import annotations

from pathlib import Path

__all__ = ["rows_below"]

_PAGE = Path(__file__).resolve().parents[3] / "docs" / "rules" / "outbound.md"


def rows_below(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without back-ticks."""
    text = _PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n##")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
