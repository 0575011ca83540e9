"""How a file is laid out: its encoding and delimiter or its sheet, where the header stands, and the rows below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from fleuve.imports.reading.delimiters import detect_delimiter, said_delimiter
from fleuve.imports.reading.encodings import detect_encoding
from fleuve.imports.reading.errors import UnreadableFile
from fleuve.imports.reading.headers import Header, find_header
from fleuve.imports.reading.limits import LIMITS, Limits
from fleuve.imports.reading.numbers import cell_text
from fleuve.imports.reading.text_rows import bounded_lines, text_rows
from fleuve.imports.reading.workbooks import Cell, is_workbook, open_workbook, sheet_rows, visible_sheets

__all__ = ["Layout", "Sheet", "look_at", "rows_of"]

_SAMPLE_ROWS = 60
_SAMPLE_LINES = 400


@dataclass(frozen=True)
class Sheet:
    """A visible sheet of a workbook, its size, and how much it looks like a table with known columns."""

    name: str
    rows: int
    score: float


@dataclass(frozen=True)
class Layout:
    """What must be known to read a file again exactly as it was looked at. Round-trips through JSON."""

    kind: str  # "text" or "workbook"
    columns: tuple[str, ...]
    header_rows: tuple[int, ...]  # rows from 1, as a spreadsheet numbers them
    encoding: str = ""
    encoding_is_sure: bool = True
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[Sheet, ...] = ()
    titles: str = ""  # what is written above the header

    def to_json(self) -> dict[str, Any]:
        """Plain lists, numbers and texts."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Layout:
        """The layout that ``to_json`` wrote."""
        lists = {"columns": tuple(data["columns"]), "header_rows": tuple(data["header_rows"])}
        return cls(**{**data, **lists, "sheets": tuple(Sheet(**sheet) for sheet in data["sheets"])})


def look_at(path: Path, *, sheet: str = "", limits: Limits = LIMITS) -> Layout:
    """The layout of a file, or ``UnreadableFile``. Without ``sheet`` the likeliest list of purchases."""
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise UnreadableFile("too_large", size=size, limit=limits.file_bytes)
    if size == 0:
        raise UnreadableFile("empty")
    layout = _look_at_workbook(path, sheet, limits) if is_workbook(path) else _look_at_text(path, limits)
    if len(layout.columns) > limits.columns:
        raise UnreadableFile("too_many_columns", columns=len(layout.columns), limit=limits.columns)
    return layout


def _look_at_text(path: Path, limits: Limits) -> Layout:
    encoding = detect_encoding(path)
    with path.open("rb") as stream:
        lines = list(islice(bounded_lines(stream, encoding.name, limits), _SAMPLE_LINES))
    if not any(line.strip() for line in lines):
        raise UnreadableFile("empty")
    delimiter = detect_delimiter(lines)
    sample = list(islice(text_rows(path, encoding.name, delimiter, limits), _SAMPLE_ROWS))
    if said_delimiter(lines[0]):
        sample[0] = []
    header = find_header(sample)
    _require_columns(header, limits)
    return Layout(
        kind="text", columns=header.columns, header_rows=header.rows, encoding=encoding.name,
        encoding_is_sure=encoding.is_sure, delimiter=delimiter, titles=_titles(sample, header),
    )  # fmt: skip


def _look_at_workbook(path: Path, chosen: str, limits: Limits) -> Layout:
    workbook = open_workbook(path, limits)
    headers: dict[str, Header] = {}
    titles: dict[str, str] = {}
    sheets = []
    for name in visible_sheets(workbook):
        sample = list(islice(sheet_rows(workbook, name), _SAMPLE_ROWS))
        header = find_header(sample)
        titles[name] = _titles(sample, header)
        height = workbook.get_sheet_by_name(name).total_height
        headers[name] = header
        # More rows win among sheets whose names are understood alike: a list of purchases outgrows a list of prices.
        sheets.append(Sheet(name, height, round(header.score + min(height, 1000) / 250, 3) if header.columns else 0.0))
    best = chosen if chosen in headers else max(sheets, key=lambda sheet: sheet.score).name
    _require_columns(headers[best], limits)
    return Layout(
        kind="workbook", columns=headers[best].columns, header_rows=headers[best].rows, sheet=best,
        sheets=tuple(sheets), titles=titles[best],
    )  # fmt: skip


def _titles(sample: Sequence[Sequence[Cell]], header: Header) -> str:
    above = sample[: header.rows[0] - 1] if header.rows else ()
    texts = dict.fromkeys(cell_text(cell) for row in above for cell in row)
    return " · ".join(text for text in texts if text)[:500]


def _require_columns(header: Header, limits: Limits) -> None:
    if not header.columns:
        raise UnreadableFile("empty")


def rows_of(path: Path, layout: Layout, limits: Limits = LIMITS) -> Iterator[tuple[int, list[Cell]]]:
    """Rows below the header with their numbers, each exactly as wide as the header; blank rows are passed over."""
    width = len(layout.columns)
    first = layout.header_rows[-1] + 1 if layout.header_rows else 1
    for number, row in enumerate(_raw_rows(path, layout, limits), start=1):
        if number < first or not row:
            continue
        if len(row) != width:
            row = _fitted(row, width, number, limits)
        if any(row):
            yield number, row
        if number > limits.rows + first:
            raise UnreadableFile("too_many_rows", limit=limits.rows)


def _raw_rows(path: Path, layout: Layout, limits: Limits) -> Iterator[list[Any]]:
    if layout.kind == "workbook":
        return sheet_rows(open_workbook(path, limits), layout.sheet)
    return text_rows(path, layout.encoding, layout.delimiter, limits)


def _fitted(row: list[Cell], width: int, number: int, limits: Limits) -> list[Cell]:
    if len(row) > limits.columns:
        raise UnreadableFile("too_many_columns", columns=len(row), limit=limits.columns, row=number)
    return row[:width] + [""] * (width - len(row))
