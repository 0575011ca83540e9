"""Where the names of the columns stand: below titles, in one row or in two, or nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fleuve.imports.reading.dates import read_date
from fleuve.imports.reading.numbers import cell_text, read_number
from fleuve.imports.reading.vocabulary import known_names
from fleuve.imports.reading.workbooks import Cell

__all__ = ["Header", "column_letter", "find_header"]

_LOOKED_AT = 40


@dataclass(frozen=True)
class Header:
    """Rows (from 1) that hold the names, the names made unique, and how sure this is (known names, text over data)."""

    rows: tuple[int, ...]
    columns: tuple[str, ...]
    score: float


def find_header(rows: Sequence[Sequence[Cell]]) -> Header:
    """The header in the first rows of a table."""
    texts = [[cell_text(cell) for cell in row] for row in rows[: _LOOKED_AT + 20]]
    width = max((_extent(row) for row in texts), default=0)
    scores = [_score(texts, number, width) for number in range(min(len(texts), _LOOKED_AT))]
    best = max(range(len(scores)), key=scores.__getitem__, default=-1)
    if best < 0 or scores[best] <= 0:
        first = next((number for number, row in enumerate(texts) if any(row)), 0)
        return Header((), _unique([""] * width), float(known_names(texts[first]) if texts else 0))
    names, used = _names(texts, best, width)
    return Header(tuple(number + 1 for number in used), _unique(names), scores[best] + known_names(names))


def _score(texts: Sequence[Sequence[str]], number: int, width: int) -> float:
    """Positive for a row of distinct words with data below it. Known names weigh most; earlier rows win a tie."""
    cells = [text for text in texts[number] if text]
    if not cells or len(cells) < min(2, width):
        return 0.0
    values = sum(1 for text in cells if _is_value(text))
    known = known_names(list(cells))
    if values * 2 > len(cells) or (not known and values):
        return 0.0
    filled = len(cells) / max(width, 1)
    distinct = len(set(cells)) / len(cells)
    if distinct < 0.5 and not known:
        return 0.0
    below = any(_is_value(text) for row in texts[number + 1 : number + 4] for text in row if text)
    return known * 3 + filled * 4 + distinct * 2 + below * 2 - number * 0.05 - values


def _is_value(text: str) -> bool:
    return read_number(text, ".") is not None or read_number(text, ",") is not None or read_date(text) is not None


def _names(texts: Sequence[Sequence[str]], best: int, width: int) -> tuple[list[str], list[int]]:
    row = _padded(texts[best], width)
    if best and _is_group_row(_padded(texts[best - 1], width), row):
        return _joined(_padded(texts[best - 1], width), row), [best - 1, best]
    if best + 1 < len(texts):
        below = _padded(texts[best + 1], width)
        if _is_group_row(row, below) and not any(_is_value(text) for text in below):
            return _joined(row, below), [best, best + 1]
    return row, [best]


def _is_group_row(above: Sequence[str], below: Sequence[str]) -> bool:
    """Above are names of groups (merged, so repeated or followed by blanks) and below the names within them."""
    named = [text for text in above if text]
    repeated = len(set(named)) < len(named)
    gaps = sum(1 for over, under in zip(above, below, strict=True) if under and not over)
    return (
        len(set(named)) >= 2
        and (repeated or gaps > 0)
        and not any(_is_value(text) for text in named)
        and sum(1 for text in below if text) > max(len(set(named)), len(below) // 2)
    )


def _joined(above: Sequence[str], below: Sequence[str]) -> list[str]:
    names, group = [], ""
    for over, under in zip(above, below, strict=True):
        group = over or group
        names.append(" ".join(part for part in (group, under) if part) if under != group else under)
    return names


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Blank names get their column's letter, repeated ones a number: ``Name``, ``Name (2)``."""
    seen: Counter[str] = Counter()
    unique = []
    for position, name in enumerate(names):
        plain = " ".join(name.split())[:120] or column_letter(position)
        seen[plain] += 1
        unique.append(plain if seen[plain] == 1 else f"{plain} ({seen[plain]})")
    return tuple(unique)


def column_letter(position: int) -> str:
    """0 → ``A``, 26 → ``AA``: what a spreadsheet calls the column."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _extent(row: Sequence[str]) -> int:
    return max((position + 1 for position, text in enumerate(row) if text), default=0)


def _padded(row: Sequence[str], width: int) -> list[str]:
    return list(row[:width]) + [""] * (width - len(row))
