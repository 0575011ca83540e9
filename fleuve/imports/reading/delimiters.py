"""Which sign separates the cells of a text file: the one that cuts most lines into the same number of cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Final

from fleuve.imports.reading.text_rows import split_rows

__all__ = ["DELIMITERS", "detect_delimiter", "said_delimiter"]

DELIMITERS: Final = (",", ";", "\t", "|")


def said_delimiter(first_line: str) -> str:
    """Excel's own first line ``sep=;`` names the delimiter; blank otherwise."""
    text = first_line.strip().strip('"').lower()
    return text[4:5] or "\t" if text.startswith("sep=") and len(text) <= 5 else ""


def detect_delimiter(lines: Sequence[str]) -> str:
    """The delimiter of a sample of lines; a comma when nothing separates (a single column)."""
    said = said_delimiter(lines[0]) if lines else ""
    return said or max(DELIMITERS, key=lambda delimiter: _regularity(lines, delimiter))


def _regularity(lines: Sequence[str], delimiter: str) -> float:
    """Share of rows of the commonest width (of two cells and more), a little more for wider ones."""
    widths = Counter(len(row) for row in islice(split_rows(iter(lines), delimiter), 500) if len(row) > 1)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return count / max(len(lines), 1) * (1 + min(width, 50) / 50)
